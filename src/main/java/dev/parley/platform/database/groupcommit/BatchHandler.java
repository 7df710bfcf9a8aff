package dev.parley.platform.database.groupcommit;

import java.util.List;

/**
 * Executes items, in a batch or alone. Each call is one transaction, which is committed when the
 * call returns.
 */
public interface BatchHandler<S, R> {

    /**
     * Executes the items that need not wait. An implementation does not wait for locks of other
     * transactions, or waits only as long as the other items of the batch can bear.
     *
     * @return the outcome of each item, in the order of the items
     */
    List<BatchOutcome<R>> executeBatch(List<S> items);

    /** Executes one item, and waits for locks. A rejection is thrown. */
    R executeSingle(S item);
}
