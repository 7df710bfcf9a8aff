package dev.parley.conversation;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;

/** The id of a message, a UUIDv7. */
public record MessageId(UUID value) {

    /** Sorts after every message. */
    static final MessageId AFTER_ALL = new MessageId(new UUID(-1, -1));

    public static MessageId next() {
        return new MessageId(UuidCreator.getTimeOrderedEpoch());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
