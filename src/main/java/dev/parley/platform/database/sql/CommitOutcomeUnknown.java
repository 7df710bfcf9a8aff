package dev.parley.platform.database.sql;

/**
 * A statement failed that was sent with the commit of its transaction, perhaps after the commit.
 */
final class CommitOutcomeUnknown extends RuntimeException {

    private static final long serialVersionUID = 1;

    CommitOutcomeUnknown(Throwable cause) {
        super("The connection broke at the commit", cause);
    }
}
