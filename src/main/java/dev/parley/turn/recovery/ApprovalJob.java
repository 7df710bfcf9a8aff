package dev.parley.turn.recovery;

import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.cluster.RunnerRepository;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.turn.TooManyTurns;
import dev.parley.turn.engine.GracefulShutdown;
import dev.parley.turn.engine.TurnCanceller;
import dev.parley.turn.engine.TurnEngine;
import dev.parley.turn.store.ApprovalStore;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * Expires approvals that nobody decided in time, and goes on with turns about which everything is
 * decided: their decision came while no place was free, or its replica has died.
 */
@ApplicationScoped
class ApprovalJob implements Job {

    private static final int BATCH_SIZE = 200;

    private final ApprovalStore approvals;
    private final TurnEngine engine;
    private final TurnCanceller canceller;
    private final GracefulShutdown shutdown;
    private final RunnerRepository runners;
    private final RunnerLease runner;

    ApprovalJob(
            ApprovalStore approvals,
            TurnEngine engine,
            TurnCanceller canceller,
            GracefulShutdown shutdown,
            RunnerRepository runners,
            RunnerLease runner) {
        this.approvals = approvals;
        this.engine = engine;
        this.canceller = canceller;
        this.shutdown = shutdown;
        this.runners = runners;
        this.runner = runner;
    }

    @Override
    public String name() {
        return "resume-decided-turns";
    }

    @Override
    public Duration interval() {
        return runners.checkInterval();
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(20);
    }

    @Override
    public void run(Deadline deadline) {
        deadline.inBatches(BATCH_SIZE, () -> approvals.expire(BATCH_SIZE));
        if (!runner.isValid() || shutdown.isDraining()) {
            return;
        }
        for (ApprovalStore.ReadyTurn turn : approvals.ready(BATCH_SIZE)) {
            if (deadline.hasPassed() || !resume(turn)) {
                return;
            }
        }
    }

    /** Returns false if this process has no place for another turn. */
    private boolean resume(ApprovalStore.ReadyTurn turn) {
        try {
            if (turn.cancelRequested()) {
                canceller.request(turn.user(), turn.id());
            } else {
                engine.resume(turn.id());
            }
            return true;
        } catch (TooManyTurns failure) {
            Log.debug("Another replica goes on with the turn, or this one later", failure);
            return false;
        } catch (RuntimeException failure) {
            // The turns behind it do not wait for this one
            Log.warnf(failure, "Turn %s cannot go on; the next run retries", turn.id());
            return true;
        }
    }
}
