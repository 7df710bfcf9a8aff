package dev.parley.ratelimit;

import java.util.Locale;

/** What is limited, and for which caller it is counted. */
public enum LimitedAction {
    /** Turns of an account, through any API. */
    TURNS,
    /** All other requests of an account. */
    REQUESTS,
    /** Accounts made from an address. */
    REGISTRATIONS,
    /** Passwords that were wrong, by the name that was tried and by the address that tried it. */
    FAILED_LOGINS;

    /** As headers, metrics and the configuration spell it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
