package dev.parley.turn.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentType;
import dev.parley.agent.DelegationStatus;
import dev.parley.turn.TurnRecord;
import java.time.Duration;

/**
 * An event of a turn, numbered from 1. A subscriber resumes after the number of the last event that
 * the subscriber saw. Missed deltas are joined into one delta with the last delta's number, so
 * numbers rise and may skip.
 *
 * <p>A turn that is resumed after a crash starts with a new Opened event, whose number is far above
 * all earlier numbers: the earlier events are void.
 */
public sealed interface StreamEvent {

    /** How many numbers an attempt can use; the next attempt starts above them. */
    long NUMBERS_PER_ATTEMPT = 1_000_000;

    long number();

    /** The turn as it was opened: running or queued. */
    record Opened(long number, TurnRecord turn) implements StreamEvent {}

    /** A piece of the reply. The reply is all deltas since the last Opened event, appended. */
    record Delta(long number, String text) implements StreamEvent {}

    /** The agent called a tool; the step is empty if an older version stored the event. */
    record ToolCalled(long number, String step, String tool, JsonNode arguments)
            implements StreamEvent {}

    /** The tool returned. */
    record ToolReturned(long number, String step, String tool, boolean ok, Duration elapsed)
            implements StreamEvent {}

    /** The work of a worker has come further. */
    record Delegated(long number, String step, AgentType agent, DelegationStatus status)
            implements StreamEvent {}

    /** A message has joined the turn, whose reply answers it. */
    record MessageJoined(long number, String turn) implements StreamEvent {}

    /** A person has to approve the call; the turn waits. */
    record ApprovalAsked(long number, AgentEvent.ApprovalAsked asked) implements StreamEvent {}

    /** It was decided whether the call runs; the turn goes on. */
    record ApprovalDecided(long number, AgentEvent.ApprovalDecided decided)
            implements StreamEvent {}

    /** The turn as it ended; the last event. */
    record Ended(long number, TurnRecord turn) implements StreamEvent {}
}
