package dev.parley.turn.stream.remote;

import dev.parley.platform.identity.UserId;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnOutcomeUnknown;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnSnapshot;
import dev.parley.turn.engine.RunningTurnRegistry;
import dev.parley.turn.engine.TurnStarted;
import dev.parley.turn.store.TurnQueries;
import dev.parley.turn.stream.TurnStream;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** Finds a turn's events, wherever it runs, and after it has ended. */
@ApplicationScoped
public class TurnStreams {

    private static final Duration LONG = Duration.ofHours(1);

    private final RunningTurnRegistry running;
    private final TurnQueries turns;
    private final RemoteTurnStreams mirrors;

    TurnStreams(RunningTurnRegistry running, TurnQueries turns, RemoteTurnStreams mirrors) {
        this.running = running;
        this.turns = turns;
        this.mirrors = mirrors;
    }

    /**
     * @throws TurnNotFound where the user has no such turn
     */
    public TurnStream open(UserId user, TurnId id) {
        Optional<TurnStream> here = running.stream(id).filter(stream -> stream.user().equals(user));
        if (here.isPresent()) {
            return here.get();
        }
        TurnSnapshot turn = turns.snapshot(user, id);
        if (turn.record().hasEnded()) {
            return TurnStream.replayed(turn);
        }
        TurnStream mirror = mirrors.of(turn);
        // It may have begun to run here since it was first looked for, and told nobody
        return running.stream(id)
                .map(stream -> {
                    mirrors.runsHere(new TurnStarted(id));
                    return stream;
                })
                .orElse(mirror);
    }

    /**
     * Waits until the turn has ended, on whichever replica.
     *
     * @throws TurnOutcomeUnknown where its ending could not be stored
     * @throws StreamsShuttingDown where this process stops, and the turn goes on elsewhere
     */
    public TurnRecord await(TurnStream stream) {
        TurnStream at = stream;
        while (true) {
            Optional<TurnRecord> ended = at.await(LONG);
            if (ended.isPresent()) {
                return ended.get();
            }
            at = after(at);
        }
    }

    /**
     * Waits for the ending, but not for ever.
     *
     * @return empty where it has not ended within the time
     */
    public Optional<TurnRecord> await(TurnStream stream, Duration longest) {
        long deadline = System.nanoTime() + longest.toNanos();
        TurnStream at = stream;
        while (true) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            Optional<TurnRecord> ended = at.await(left);
            if (ended.isPresent() || left.isNegative()) {
                return ended;
            }
            if (at.detachReason().isPresent()) {
                at = after(at);
            }
        }
    }

    /** Where the turn goes on after this stream. */
    TurnStream after(TurnStream stream) {
        return switch (stream.detachReason().orElse(TurnStream.DetachReason.MOVED)) {
            case MOVED -> open(stream.user(), stream.id());
            case UNSETTLED ->
                    throw new TurnOutcomeUnknown(
                            stream.id(), new IllegalStateException("The stream ended before it"));
            case STOPPING -> throw new StreamsShuttingDown(stream.id());
        };
    }
}
