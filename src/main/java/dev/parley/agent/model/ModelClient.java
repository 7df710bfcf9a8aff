package dev.parley.agent.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.AgentTimedOut;
import dev.parley.agent.AgentUnavailable;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Requests chat completions of one endpoint. */
interface ModelClient {

    /**
     * Requests one chat completion. Blocks the calling virtual thread; an interrupt closes the
     * connection.
     *
     * @param agentTimeout how long the agent may think, which interrupts the thread
     * @param mayRetry whether a failed connection may be retried
     * @param stopped whether an interrupt means that the turn was stopped
     * @param sink receives each chunk, in order, on the calling thread
     * @throws ConnectFailed if connecting failed and a retry is allowed
     * @throws AgentUnavailable if connecting failed and no retry is allowed, or the endpoint is
     *     overloaded
     * @throws ModelEndpointFailure if the endpoint answers with an error or malformed data, or
     *     breaks the connection
     * @throws AgentFailed if the endpoint refuses this request
     * @throws AgentTimedOut if the endpoint sends nothing in time, or the time limit interrupts the
     *     thread
     * @throws AnswerTooLong if the time limit interrupts the thread while the answer arrives
     * @throws AgentStopped if the turn was stopped
     */
    void complete(
            JsonNode request,
            Duration agentTimeout,
            boolean mayRetry,
            BooleanSupplier stopped,
            ChunkSink sink);
}
