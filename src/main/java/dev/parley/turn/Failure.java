package dev.parley.turn;

import java.util.Locale;

/** Why a turn has no reply. */
public enum Failure {
    AGENT_FAILED,
    AGENT_UNAVAILABLE,
    AGENT_TIMEOUT,
    INTERNAL_ERROR;

    /** The stable code, as in the catalogue of problems. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
