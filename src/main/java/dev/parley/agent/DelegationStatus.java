package dev.parley.agent;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How far the work of a worker has come. */
public enum DelegationStatus {
    STARTED,
    SUCCEEDED,
    FAILED,
    /** The worker did not reply within its time limit. */
    TIMED_OUT,
    /** The worker waits for a person's decision. */
    WAITING;

    /** The spelling in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for a text that is none of these. */
    public static Optional<DelegationStatus> of(String text) {
        return Arrays.stream(values()).filter(status -> status.text().equals(text)).findFirst();
    }
}
