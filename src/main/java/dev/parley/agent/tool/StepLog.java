package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Records the results of tool calls, so that a turn that is resumed after a crash does not repeat
 * the calls.
 *
 * <p>The transactional service behind a tool calls this port inside the transaction that does the
 * work: either the work and its record are committed or neither is.
 */
public interface StepLog {

    /**
     * Records the result of the tool call that runs on this thread. Records nothing if no tool runs
     * on this thread, because a person did the same work through the HTTP API.
     *
     * @throws RuntimeException if another replica has taken over or ended the turn; the transaction
     *     must be rolled back
     */
    void record(JsonNode result);
}
