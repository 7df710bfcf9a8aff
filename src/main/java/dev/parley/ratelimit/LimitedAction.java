package dev.parley.ratelimit;

import java.util.Locale;

/** An action with a rate limit, counted per account, address or name. */
public enum LimitedAction {
    /** Turns of an account, through any API. */
    TURNS,
    /** All other requests of an account. */
    REQUESTS,
    /** Registrations from an address. */
    REGISTRATIONS,
    /** Failed logins, counted both by the name and by the address. */
    FAILED_LOGINS;

    /**
     * Whether the caller has an account. Strangers may come in any number; whatever their buckets
     * need is kept apart from what accounts need.
     */
    boolean isOfAccount() {
        return this == TURNS || this == REQUESTS;
    }

    /** The name in headers, metrics and the configuration. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
