package dev.parley.turn;

import dev.parley.agent.AgentType;
import java.time.Instant;

/**
 * A turn that is queued in its conversation.
 *
 * @param message the message that the agent will get
 * @param queuedAt when the turn was opened
 * @param ahead how many turns come first: the turn that runs or waits for a person, and the turns
 *     that are queued before this turn
 */
public record QueuedTurn(
        TurnId id, AgentType agentType, String message, Instant queuedAt, int ahead) {}
