package dev.parley.feedback;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Thumbs up or thumbs down. */
public enum Rating {
    UP,
    DOWN;

    /** The spelling in the database and in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Rating of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
