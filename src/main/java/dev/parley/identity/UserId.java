package dev.parley.identity;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;

/** The id of a user, a UUIDv7 (RFC 9562), so that ids sort by the time they were made. */
public record UserId(UUID value) {

    public static UserId next() {
        return new UserId(UuidCreator.getTimeOrderedEpoch());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
