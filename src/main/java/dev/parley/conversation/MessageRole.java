package dev.parley.conversation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Who said it. */
public enum MessageRole {
    USER,
    ASSISTANT;

    /** As the column and the wire spell it. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static MessageRole of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
