package dev.parley.turn;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The id of a turn, a UUIDv7, made before the turn is opened: by it an opening of unknown outcome
 * is found again.
 */
public record TurnId(UUID value) {

    public static TurnId next() {
        return new TurnId(UuidCreator.getTimeOrderedEpoch());
    }

    // As the record would say by itself. A native executable interprets that, and this is asked for
    // with every turn, dozens of times: docs/decisions/0021
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
