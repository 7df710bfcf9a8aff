package dev.parley.turn.web;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What becomes of a turn when the client that began it goes away before its end. */
public enum OnDisconnect {
    /** It goes on. */
    CONTINUE,
    /** It is cancelled. */
    CANCEL;

    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
