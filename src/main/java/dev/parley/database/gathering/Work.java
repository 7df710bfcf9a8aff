package dev.parley.database.gathering;

import java.util.List;

/**
 * How steps are done, together or alone. Each call is one transaction, and is committed after it.
 */
public interface Work<S, R> {

    /**
     * Does what can be done at once. It does not wait for what somebody else holds, or so briefly
     * that the others do not notice, and then fails.
     *
     * @return what becomes of each step, in their order
     */
    List<Outcome<R>> together(List<S> steps);

    /** Does one step, and waits where it has to. A refusal is thrown. */
    R alone(S step);
}
