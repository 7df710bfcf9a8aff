package dev.parley.agent;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Answers messages. An agent has no access to storage: the {@link AgentRequest} contains everything
 * that the agent may know, and the agent acts only through the request's {@code Toolbox}.
 *
 * <p>An agent is a bean, or an {@link AgentFactory} makes it from its profile. The {@linkplain
 * AgentCatalogue catalogue} lists all of them.
 */
public interface Agent {

    /** The name in the catalogue, unique among the enabled agents. */
    AgentType type();

    /** One sentence for people that says what the agent is good for. */
    default String description() {
        return "";
    }

    /** The model that the agent calls; empty if it calls none. */
    default Optional<String> model() {
        return Optional.empty();
    }

    /** Tokens that the agent's model may read and write in one request; empty without a model. */
    default OptionalInt context() {
        return OptionalInt.empty();
    }

    /**
     * Refuses the turn if the agent is known to be unavailable. Called before the user is charged,
     * so it must return at once, from memory. An agent that was unavailable may admit a single turn
     * as a probe; the same turn may call this method again.
     *
     * @throws AgentUnavailable if the agent is known to be unavailable
     */
    default void requireAvailable(UUID turn) {}

    /**
     * The turn will not call the agent. If the turn was admitted as a probe, another turn may
     * probe.
     */
    default void release(UUID turn) {}

    /**
     * Answers the last message of the request and emits each piece of the reply at once. Blocks the
     * calling virtual thread until the reply is complete. All emitted {@link
     * AgentEvent.ReplyDelta}, concatenated, are the reply. After an interrupt the agent closes what
     * it has opened and returns soon.
     *
     * @param events receives each event on the calling thread; never blocks for long
     * @throws AgentFailure if there is no complete reply
     */
    void answer(AgentRequest request, Consumer<AgentEvent> events);
}
