package dev.parley.database.gathering;

/** What becomes of one step in a transaction that it shares with others. */
public sealed interface Outcome<R> {

    /** It is done, as soon as the transaction is committed. */
    record Done<R>(R result) implements Outcome<R> {}

    /** It is refused for a reason of its own, and nothing of it is written. */
    record Refused<R>(RuntimeException reason) implements Outcome<R> {}

    /**
     * It would have had to wait for somebody outside of the transaction, and the others with it.
     * Nothing of it is written; it is tried alone.
     */
    record Apart<R>() implements Outcome<R> {}
}
