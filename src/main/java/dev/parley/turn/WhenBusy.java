package dev.parley.turn;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What happens to a message while another turn runs in the conversation. */
public enum WhenBusy {
    /** The message is rejected. */
    REJECT,
    /** The turn is queued. */
    ENQUEUE,
    /**
     * The message joins the running turn before its agent asks the model again, and that turn
     * answers it. If the running turn ends before that, the turn is queued like others.
     */
    STEER,
    /**
     * The running turn is cancelled, and the new turn is queued until the running turn has ended.
     */
    CANCEL_RUNNING;

    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
