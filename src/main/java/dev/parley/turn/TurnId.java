package dev.parley.turn;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The id of a turn, a UUIDv7 (RFC 9562). The id is made before the turn is opened, so that a turn
 * whose commit has an unknown outcome can be looked up.
 */
public record TurnId(UUID value) {

    private static final long VERSION_7 = 0x7000;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    public static TurnId next() {
        return new TurnId(UuidCreator.getTimeOrderedEpoch());
    }

    /** The smallest id of the turns that are opened at this time or later. */
    public static TurnId firstAt(Instant time) {
        return new TurnId(new UUID(time.toEpochMilli() << 16 | VERSION_7, VARIANT));
    }

    // Same as the generated methods. A native executable interprets the generated methods, and each
    // turn calls them dozens of times: docs/decisions/0021
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TurnId turn && value.equals(turn.value);
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
