package dev.parley.platform.database.groupcommit;

import java.util.List;

/**
 * How steps are done, together or alone. Each call is one transaction, and is committed after it.
 */
public interface BatchHandler<S, R> {

    /**
     * Does what can be done at once. It does not wait for what somebody else holds, or so briefly
     * that the others do not notice, and then fails.
     *
     * @return what becomes of each step, in their order
     */
    List<BatchOutcome<R>> executeBatch(List<S> steps);

    /** Does one step, and waits where it has to. A refusal is thrown. */
    R executeSingle(S step);
}
