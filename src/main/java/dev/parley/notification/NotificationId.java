package dev.parley.notification;

import com.github.f4b6a3.uuid.UuidCreator;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;

/** The id of a notification, a UUIDv7 of the moment that it was written. */
@RegisterForReflection // told as JSON, by hand
public record NotificationId(UUID value) {

    private static final long BITS_OF_CHANCE = 16;
    private static final long VERSION = 0x7000;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    static NotificationId at(Instant moment) {
        return new NotificationId(UuidCreator.getTimeOrderedEpoch(moment));
    }

    /** Before all that were written from that moment on. */
    static NotificationId firstAt(Instant moment) {
        return new NotificationId(
                new UUID((moment.toEpochMilli() << BITS_OF_CHANCE) | VERSION, VARIANT));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
