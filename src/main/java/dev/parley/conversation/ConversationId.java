package dev.parley.conversation;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;

/** The id of a conversation, a UUIDv7. */
public record ConversationId(UUID value) {

    public static ConversationId next() {
        return new ConversationId(UuidCreator.getTimeOrderedEpoch());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
