package dev.parley.turn.stream.remote;

import dev.parley.platform.cluster.RunnerId;
import dev.parley.turn.TurnSnapshot;
import dev.parley.turn.TurnStatus;
import dev.parley.turn.stream.TurnStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The stream of a turn that runs on another replica or is queued, filled by the turn's runner. */
final class RemoteTurnStream {

    private final TurnStream stream;
    private final Optional<RunnerId> runner;
    private final TurnStatus status;
    private final long createdAt = System.nanoTime();
    private final AtomicBoolean requestPending = new AtomicBoolean();

    RemoteTurnStream(TurnSnapshot turn) {
        this.stream = TurnStream.mirrored(turn);
        this.runner = turn.runner();
        this.status = turn.record().status();
    }

    TurnStream stream() {
        return stream;
    }

    Optional<RunnerId> runner() {
        return runner;
    }

    /** Whether the turn still has the runner, attempt and status that this stream was made for. */
    boolean matches(TurnSnapshot current) {
        return current.runner().equals(runner)
                && current.attempt() == stream.attempt()
                && current.record().status() == status;
    }

    long ageNanos() {
        return System.nanoTime() - createdAt;
    }

    /** Claims the next request for events; false if another thread already has. */
    boolean claimRequest() {
        return requestPending.compareAndSet(false, true);
    }

    void clearRequest() {
        requestPending.set(false);
    }
}
