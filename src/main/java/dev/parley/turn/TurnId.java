package dev.parley.turn;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;

/**
 * The id of a turn, a UUIDv7, made before the turn is opened: by it an opening of unknown outcome
 * is found again.
 */
public record TurnId(UUID value) {

    public static TurnId next() {
        return new TurnId(UuidCreator.getTimeOrderedEpoch());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
