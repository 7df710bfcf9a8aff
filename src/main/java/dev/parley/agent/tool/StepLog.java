package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Writes down what a tool has done, so that a turn which is resumed after a crash does not do it
 * again.
 *
 * <p>Called by the transactional service behind a tool, from inside the transaction that does the
 * work: either both are kept or neither.
 */
public interface StepLog {

    /**
     * Notes the outcome of the tool that is at work on this thread; where none is, since a person
     * does the same by hand, nothing is noted.
     *
     * @throws RuntimeException where the turn has been taken over or ended elsewhere: the work must
     *     not be kept
     */
    void record(JsonNode outcome);
}
