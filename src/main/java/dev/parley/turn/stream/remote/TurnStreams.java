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

/** Opens the event stream of a turn, on whichever replica it runs, and also after it has ended. */
@ApplicationScoped
public class TurnStreams {

    private static final Duration WAIT_PER_ROUND = Duration.ofHours(1);

    private final RunningTurnRegistry runningTurns;
    private final TurnQueries turns;
    private final RemoteTurnStreams remoteStreams;

    TurnStreams(
            RunningTurnRegistry runningTurns, TurnQueries turns, RemoteTurnStreams remoteStreams) {
        this.runningTurns = runningTurns;
        this.turns = turns;
        this.remoteStreams = remoteStreams;
    }

    /**
     * @throws TurnNotFound if the user has no such turn
     */
    public TurnStream open(UserId user, TurnId id) {
        Optional<TurnStream> local =
                runningTurns.stream(id).filter(stream -> stream.user().equals(user));
        if (local.isPresent()) {
            return local.get();
        }
        TurnSnapshot turn = turns.snapshot(user, id);
        if (turn.record().hasEnded()) {
            return TurnStream.replayed(turn);
        }
        TurnStream remoteStream = remoteStreams.open(turn);
        // The turn may have started here since the first check, before the remote stream existed
        return runningTurns.stream(id)
                .map(stream -> {
                    remoteStreams.onTurnStarted(new TurnStarted(id));
                    return stream;
                })
                .orElse(remoteStream);
    }

    /**
     * Waits until the turn has ended or waits for a person, on whichever replica.
     *
     * @throws TurnOutcomeUnknown if the ending could not be stored
     * @throws StreamsShuttingDown if this process shuts down while the turn continues elsewhere
     */
    public TurnRecord await(TurnStream stream) {
        TurnStream current = stream;
        while (true) {
            if (current.waiting().isPresent()) {
                return current.waiting().get();
            }
            Optional<TurnRecord> ended = current.await(WAIT_PER_ROUND);
            if (ended.isPresent()) {
                return ended.get();
            }
            current = after(current);
        }
    }

    /**
     * Waits for the ending, with a timeout.
     *
     * @return empty if the turn has not ended within the timeout
     */
    public Optional<TurnRecord> await(TurnStream stream, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        TurnStream current = stream;
        while (true) {
            Duration remaining = Duration.ofNanos(deadline - System.nanoTime());
            Optional<TurnRecord> ended = current.await(remaining);
            if (ended.isPresent() || remaining.isNegative()) {
                return ended;
            }
            if (current.detachReason().isPresent()) {
                current = after(current);
            }
        }
    }

    /** The stream that continues a detached stream. */
    TurnStream after(TurnStream stream) {
        return switch (stream.detachReason().orElse(TurnStream.DetachReason.MOVED)) {
            case MOVED -> open(stream.user(), stream.id());
            case UNSETTLED ->
                    throw new TurnOutcomeUnknown(
                            stream.id(),
                            new IllegalStateException(
                                    "The stream was detached before the turn was settled"));
            case STOPPING -> throw new StreamsShuttingDown(stream.id());
        };
    }
}
