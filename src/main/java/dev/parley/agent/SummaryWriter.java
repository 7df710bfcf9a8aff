package dev.parley.agent;

import dev.parley.agent.AgentRequest.Role;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Writes summaries of conversations by a model. It is no agent of the catalogue: nobody can send it
 * a message, and it has no tools.
 */
public interface SummaryWriter {

    /** Names its calls in metrics, spans and the ledger. */
    AgentType TYPE = new AgentType("summary");

    /** Whether its endpoint is configured. */
    boolean isConfigured();

    /** The model that writes; empty if no endpoint is configured, or there are no summaries. */
    Optional<String> model();

    /** Maximum length of a summary in characters; what the model writes beyond it is cut. */
    int maxLength();

    /**
     * Refuses the step if the endpoint is known to be unavailable. Called before the user is
     * charged, as {@link Agent#requireAvailable} is.
     *
     * @throws AgentUnavailable if the endpoint is known to be unavailable
     */
    void requireAvailable(UUID step);

    /** The step will not ask the model. */
    void release(UUID step);

    /**
     * Writes the summary that replaces the last one. Blocks the calling thread until it is complete
     * or the time of {@link SummaryConfig#timeout} is over.
     *
     * @param conversation the conversation's id, for telemetry
     * @param last the last summary; empty at first
     * @param messages the messages that come next, at least one, oldest first; the last one ends an
     *     exchange
     * @param events receives the pieces of the summary and the tokens that were used
     * @return how many of the messages, from the first, are in the summary: as many as fit the
     *     model's context, up to the end of an exchange where there is one
     * @throws AgentFailure if there is no complete summary
     */
    int write(
            String conversation,
            Optional<String> last,
            List<Passage> messages,
            Consumer<AgentEvent> events);

    /**
     * A message to summarise.
     *
     * @param endsExchange whether no later message belongs to the exchange of this one or of an
     *     earlier one
     */
    record Passage(Role speaker, String content, boolean endsExchange) {}
}
