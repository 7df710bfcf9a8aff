package dev.parley.conversation;

/** The conversation has moved on since it was read. */
public final class VersionConflict extends RuntimeException {

    private final long current;

    VersionConflict(long current) {
        super("version conflict", null, false, false);
        this.current = current;
    }

    /** The version it has now. */
    public long current() {
        return current;
    }
}
