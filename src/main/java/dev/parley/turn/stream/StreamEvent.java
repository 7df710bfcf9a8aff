package dev.parley.turn.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.turn.TurnRecord;
import java.time.Duration;

/**
 * What happened in a turn, numbered from 1. A subscriber resumes behind the number of the last
 * event that it saw; late deltas are joined into one with the last delta's number, so numbers rise
 * and may skip.
 *
 * <p>A turn that is resumed after a crash opens anew, with a number far above those before: what
 * was said until then is void.
 */
public sealed interface StreamEvent {

    /** Numbers of one attempt; the next begins above them. */
    long NUMBERS_AN_ATTEMPT = 1_000_000;

    long number();

    /** The turn, as it was opened: running or queued. */
    record Opened(long number, TurnRecord turn) implements StreamEvent {}

    /**
     * A further piece of the reply. All of them appended, since the turn was opened, are the reply.
     */
    record Delta(long number, String text) implements StreamEvent {}

    /** The agent uses a tool. */
    record ToolCalled(long number, String tool, JsonNode arguments) implements StreamEvent {}

    /** The tool has answered. */
    record ToolReturned(long number, String tool, boolean ok, Duration elapsed)
            implements StreamEvent {}

    /** The turn as it ended; the last event. */
    record Ended(long number, TurnRecord turn) implements StreamEvent {}
}
