package dev.parley.turn;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What happened in a turn. */
public enum TimelineKind {
    OPENED,
    /** The turn began to run, or went on after a pause. */
    STARTED,
    /** An agent wrote, and called tools. Rounds are stored with the calls that follow. */
    ROUND,
    TOOL,
    /** A call began to wait for a person. */
    APPROVAL,
    ENDED;

    /** The spelling in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
