package dev.parley.turn;

import java.util.Locale;

/** Why a turn did not succeed. */
public enum FailureCode {
    AGENT_FAILED,
    AGENT_UNAVAILABLE,
    AGENT_TIMEOUT,
    TURN_CANCELLED,
    TURN_INTERRUPTED,
    INTERNAL_ERROR;

    /** The stable code, as in the problem catalogue. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
