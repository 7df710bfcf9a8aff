package dev.parley.turn;

import java.util.Locale;

/** Why a turn did not succeed. */
public enum FailureCode {
    AGENT_FAILED,
    AGENT_UNAVAILABLE,
    AGENT_TIMEOUT,
    TURN_CANCELLED,
    /** The user removed the turn from the queue. */
    TURN_REMOVED,
    TURN_INTERRUPTED,
    /** The user's plan had nothing left before a further round. */
    QUOTA_EXHAUSTED,
    INTERNAL_ERROR;

    /** The stable code, as in the problem catalogue. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
