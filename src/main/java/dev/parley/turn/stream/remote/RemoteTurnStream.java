package dev.parley.turn.stream.remote;

import dev.parley.platform.cluster.RunnerId;
import dev.parley.turn.TurnSnapshot;
import dev.parley.turn.TurnStatus;
import dev.parley.turn.stream.TurnStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A turn that does not run here, as far as its runner has told. */
final class RemoteTurnStream {

    private final TurnStream stream;
    private final Optional<RunnerId> runner;
    private final TurnStatus status;
    private final long madeAt = System.nanoTime();
    private final AtomicBoolean aboutToAsk = new AtomicBoolean();

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

    /** Whether the turn still is where this mirror looks for it. */
    boolean isOf(TurnSnapshot now) {
        return now.runner().equals(runner)
                && now.attempt() == stream.attempt()
                && now.record().status() == status;
    }

    long ageNanos() {
        return System.nanoTime() - madeAt;
    }

    /** Whether the caller is the one to ask again, soon. */
    boolean isAboutToAsk() {
        return aboutToAsk.compareAndSet(false, true);
    }

    void asks() {
        aboutToAsk.set(false);
    }
}
