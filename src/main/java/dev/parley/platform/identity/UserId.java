package dev.parley.platform.identity;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The id of a user: a UUIDv7 (RFC 9562), so that ids sort by their creation time. */
public record UserId(UUID value) {

    public static UserId next() {
        return new UserId(UuidCreator.getTimeOrderedEpoch());
    }

    // Same as the record's own methods, which a native executable interprets and which every turn
    // calls dozens of times: docs/decisions/0021
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UserId user && value.equals(user.value);
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
