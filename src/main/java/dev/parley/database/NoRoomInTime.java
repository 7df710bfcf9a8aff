package dev.parley.database;

/**
 * What was asked waited for a place in a transaction, and the time for that is over. Nothing was
 * done.
 */
public final class NoRoomInTime extends RuntimeException {

    public NoRoomInTime(String what) {
        super(what, null, false, false);
    }
}
