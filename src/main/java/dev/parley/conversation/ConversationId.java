package dev.parley.conversation;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The id of a conversation, a UUIDv7. */
public record ConversationId(UUID value) {

    public static ConversationId next() {
        return new ConversationId(UuidCreator.getTimeOrderedEpoch());
    }

    // Same result as the generated methods of the record. A native executable interprets the
    // generated methods, and every turn calls them dozens of times: docs/decisions/0021
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConversationId conversation && value.equals(conversation.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
