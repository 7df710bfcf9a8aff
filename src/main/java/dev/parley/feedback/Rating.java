package dev.parley.feedback;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A thumb. */
public enum Rating {
    UP,
    DOWN;

    /** As the column and the wire spell it. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Rating of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
