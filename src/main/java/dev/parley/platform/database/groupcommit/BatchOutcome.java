package dev.parley.platform.database.groupcommit;

/** What becomes of one step in a transaction that it shares with others. */
public sealed interface BatchOutcome<R> {

    /** It is done, as soon as the transaction is committed. */
    record Completed<R>(R result) implements BatchOutcome<R> {}

    /** It is refused for a reason of its own, and nothing of it is written. */
    record Rejected<R>(RuntimeException reason) implements BatchOutcome<R> {}

    /**
     * It would have had to wait for somebody outside of the transaction, and the others with it.
     * Nothing of it is written; it is tried alone.
     */
    record RetryAlone<R>() implements BatchOutcome<R> {}
}
