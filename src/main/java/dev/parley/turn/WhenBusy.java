package dev.parley.turn;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What becomes of a message while another turn runs in its conversation. */
public enum WhenBusy {
    /** It is refused. */
    REJECT,
    /** The turn is queued. */
    ENQUEUE,
    /** The running turn is cancelled, and the new turn is queued until it has ended. */
    CANCEL_RUNNING;

    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
