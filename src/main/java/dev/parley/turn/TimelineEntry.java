package dev.parley.turn;

import java.time.Duration;
import java.time.Instant;
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
        TimelineKind kind,
        Instant at,
        Optional<String> step,
        Optional<String> name,
        Optional<Boolean> ok,
        Optional<Duration> elapsed) {

    /** An entry that says only that something happened. */
    public static TimelineEntry of(TimelineKind kind, Instant at) {
        return new TimelineEntry(
                kind, at, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
