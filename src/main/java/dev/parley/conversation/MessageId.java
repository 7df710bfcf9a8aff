package dev.parley.conversation;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;

/** The id of a message, a UUIDv7. */
public record MessageId(UUID value) {

    /** Behind every message that there will be. */
    static final MessageId BEHIND_ALL = new MessageId(new UUID(-1, -1));

    public static MessageId next() {
        return new MessageId(UuidCreator.getTimeOrderedEpoch());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
