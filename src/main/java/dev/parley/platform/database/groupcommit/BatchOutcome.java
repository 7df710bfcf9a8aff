package dev.parley.platform.database.groupcommit;

/** The outcome of one item of a batch. */
public sealed interface BatchOutcome<R> {

    /** The item succeeds when the transaction is committed. */
    record Completed<R>(R result) implements BatchOutcome<R> {}

    /** The item is rejected for its own reason; nothing of the item is written. */
    record Rejected<R>(RuntimeException reason) implements BatchOutcome<R> {}

    /**
     * The item would have had to wait for a lock of another transaction, and the whole batch with
     * it. Nothing of the item is written; the item is retried alone.
     */
    record RetryAlone<R>() implements BatchOutcome<R> {}
}
