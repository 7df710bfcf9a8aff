package dev.parley.platform.database.sql;

/** What to do with rows that another transaction has locked. */
public enum LockWait {
    WAIT,
    /** Skips locked rows, and waits only briefly for other locks later in the transaction. */
    SKIP_LOCKED
}
