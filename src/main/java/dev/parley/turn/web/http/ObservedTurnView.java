package dev.parley.turn.web.http;

import dev.parley.platform.cluster.RunnerId;
import dev.parley.turn.ObservedTurn;
import dev.parley.turn.TimelineEntry;
import dev.parley.turn.TimelineKind;
import dev.parley.turn.TurnStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A turn as administrators see it, without what people and agents have written. */
record ObservedTurnView(
        UUID turnId,
        UUID conversationId,
        UUID userId,
        String username,
        String agentType,
        TurnStatus status,
        int attempt,
        @Nullable UUID runner,
        @Nullable String host,
        Instant openedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        long elapsedMs,
        boolean stuck,
        @Schema(ref = "ProblemCode") @Nullable String errorCode,
        @Nullable List<TimelineEntryView> timeline) {

    /**
     * @param maxElapsed how long the turn may run until it is stuck
     */
    static ObservedTurnView of(ObservedTurn turn, Instant now, Duration maxElapsed) {
        return new ObservedTurnView(
                turn.id().value(),
                turn.conversation().value(),
                turn.user().value(),
                turn.username(),
                turn.agentType().value(),
                turn.status(),
                turn.attempt(),
                turn.runner().map(RunnerId::value).orElse(null),
                turn.host().orElse(null),
                turn.openedAt(),
                turn.startedAt().orElse(null),
                turn.endedAt().orElse(null),
                turn.elapsed(now).toMillis(),
                turn.running(now).compareTo(maxElapsed) >= 0,
                turn.errorCode().orElse(null),
                null);
    }

    /**
     * The same turn with its timeline.
     *
     * @param toolName returns the name to show for the name of a called tool
     */
    ObservedTurnView with(List<TimelineEntry> entries, UnaryOperator<String> toolName) {
        return new ObservedTurnView(
                turnId,
                conversationId,
                userId,
                username,
                agentType,
                status,
                attempt,
                runner,
                host,
                openedAt,
                startedAt,
                endedAt,
                elapsedMs,
                stuck,
                errorCode,
                entries.stream().map(entry -> TimelineEntryView.of(entry, toolName)).toList());
    }

    /** Something that happened in a turn. */
    record TimelineEntryView(
            TimelineKind kind,
            Instant at,
            @Nullable String step,
            @Nullable String name,
            @Nullable Boolean ok,
            @Nullable Long elapsedMs) {

        static TimelineEntryView of(TimelineEntry entry, UnaryOperator<String> toolName) {
            return new TimelineEntryView(
                    entry.kind(),
                    entry.at(),
                    entry.step().orElse(null),
                    entry.name()
                            .map(name ->
                                    entry.kind() == TimelineKind.ENDED
                                            ? name
                                            : toolName.apply(name))
                            .orElse(null),
                    entry.ok().orElse(null),
                    entry.elapsed().map(Duration::toMillis).orElse(null));
        }
    }
}
