package dev.parley.platform.database;

/**
 * What was asked waited for a place in a transaction, and the time for that is over. Nothing was
 * done.
 */
public final class CapacityExceeded extends RuntimeException {

    public CapacityExceeded(String what) {
        super(what, null, false, false);
    }
}
