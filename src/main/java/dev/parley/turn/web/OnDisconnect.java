package dev.parley.turn.web;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What happens to a turn when the client that started it disconnects before its end. */
public enum OnDisconnect {
    /** The turn continues. */
    CONTINUE,
    /** The turn is cancelled. */
    CANCEL;

    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
