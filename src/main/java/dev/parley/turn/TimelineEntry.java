package dev.parley.turn;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that happened in a turn. It has no text, no arguments and no result.
 *
 * @param step of a tool call or an approval its path; of a round the path of the call that
 *     delegated to the worker, empty for the turn's own agent
 * @param name of a tool call or an approval the tool; of an ending the status
 * @param ok whether the tool did its work, the call was approved, or the turn succeeded; empty for
 *     an approval that nobody has decided
 * @param elapsed how long a person took to decide, or the turn until its ending
 */
public record TimelineEntry(
        Kind kind,
        Instant at,
        Optional<String> step,
        Optional<String> name,
        Optional<Boolean> ok,
        Optional<Duration> elapsed) {

    /** What happened. */
    public enum Kind {
        OPENED,
        /** The turn began to run, or went on after a pause. */
        STARTED,
        /** An agent wrote, and called tools. Rounds are stored with the calls that follow. */
        ROUND,
        TOOL,
        /** A call began to wait for a person. */
        APPROVAL,
        ENDED;

        /** The spelling in JSON. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** An entry that says only that something happened. */
    public static TimelineEntry of(Kind kind, Instant at) {
        return new TimelineEntry(
                kind, at, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
