package dev.parley.agent;

import java.util.UUID;
import java.util.function.Consumer;

/**
 * Whoever answers a message. An agent knows no storage: what it may know stands in the {@link
 * AgentRequest}, what it may do goes through the briefing's {@code Toolbox}.
 *
 * <p>Agents are beans; every bean of this type stands in the {@linkplain AgentCatalogue catalogue}.
 */
public interface Agent {

    /** The name in the catalogue, unique among the agents that are enabled. */
    AgentType type();

    /** What it is good for, in a sentence, for people. */
    default String description() {
        return "";
    }

    /** Whether the configuration lets this agent work at all. Asked once, at start. */
    default boolean enabled() {
        return true;
    }

    /**
     * Whether a call has a chance just now. Asked before the user is charged, so it must answer
     * from memory, at once. An agent that has been away may let a single turn through to try; that
     * turn may ask again.
     *
     * @throws AgentUnavailable where the agent is known to be away
     */
    default void requireAvailable(UUID turn) {}

    /** The turn is not going to call the agent: if it was let through to try, another may try. */
    default void release(UUID turn) {}

    /**
     * Answers the last message of the briefing, telling each piece as it comes. Blocks the calling
     * virtual thread until the answer is whole; all {@link AgentEvent.ReplyDelta} told, appended,
     * are the reply. Returns soon after an interrupt, closing what it had opened.
     *
     * @param hear takes each event, on the calling thread; never blocks for long
     * @throws AgentFailure where there is no whole answer
     */
    void answer(AgentRequest briefing, Consumer<AgentEvent> hear);
}
