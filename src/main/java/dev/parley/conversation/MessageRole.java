package dev.parley.conversation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The author of a message. */
public enum MessageRole {
    USER,
    ASSISTANT;

    /** The name in the database column and in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static MessageRole of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
