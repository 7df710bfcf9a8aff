package dev.parley.notification;

import com.github.f4b6a3.uuid.UuidCreator;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;

/** The id of a notification, a UUIDv7 (RFC 9562) with the time of creation. */
@RegisterForReflection // serialized by an ObjectMapper, which Quarkus cannot detect
public record NotificationId(UUID value) {

    private static final long RANDOM_BITS = 16;
    private static final long VERSION = 0x7000;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    static NotificationId at(Instant time) {
        return new NotificationId(UuidCreator.getTimeOrderedEpoch(time));
    }

    /** The lowest id that a notification created at this time or later can have. */
    static NotificationId firstAt(Instant time) {
        return new NotificationId(
                new UUID((time.toEpochMilli() << RANDOM_BITS) | VERSION, VARIANT));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
