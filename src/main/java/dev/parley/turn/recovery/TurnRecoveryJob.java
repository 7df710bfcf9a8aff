package dev.parley.turn.recovery;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.cluster.RunnerRepository;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.engine.GracefulShutdown;
import dev.parley.turn.engine.RunningTurnRegistry;
import dev.parley.turn.engine.TurnCanceller;
import dev.parley.turn.engine.TurnEngine;
import dev.parley.turn.engine.TurnLimiter;
import dev.parley.turn.store.RetryingTurnStore;
import dev.parley.turn.store.TurnRepository;
import dev.parley.turn.store.TurnStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Recovers, with every run, turns whose runner was lost, turns that their own runner does not know,
 * cancel requests whose message was lost, and queues that were not started.
 */
@ApplicationScoped
class TurnRecoveryJob implements Job {

    private static final int BATCH_SIZE = 200;

    private final StrandedTurnStore strandedTurnStore;
    private final RunningTurnRegistry runningTurns;
    private final TurnCanceller canceller;
    private final TurnEngine engine;
    private final RetryingTurnStore store;
    private final TurnLimiter limiter;
    private final GracefulShutdown shutdown;
    private final RunnerRepository runners;
    private final RunnerLease runner;
    private final TurnConfig config;
    private final Counter endedCounter;
    private final Counter resumedCounter;
    private Set<TurnId> unknownInLastRun = Set.of();

    TurnRecoveryJob(
            StrandedTurnStore strandedTurnStore,
            RunningTurnRegistry runningTurns,
            TurnCanceller canceller,
            TurnEngine engine,
            RetryingTurnStore store,
            TurnLimiter limiter,
            GracefulShutdown shutdown,
            RunnerRepository runners,
            RunnerLease runner,
            TurnConfig config,
            MeterRegistry meters) {
        this.strandedTurnStore = strandedTurnStore;
        this.runningTurns = runningTurns;
        this.canceller = canceller;
        this.engine = engine;
        this.store = store;
        this.limiter = limiter;
        this.shutdown = shutdown;
        this.runners = runners;
        this.runner = runner;
        this.config = config;
        this.endedCounter = counter("ended", meters);
        this.resumedCounter = counter("resumed", meters);
    }

    private static Counter counter(String outcome, MeterRegistry meters) {
        return Counter.builder("parley.turns.stranded")
                .description("Turns whose runner was lost, by what this process did about it")
                .tag("outcome", outcome)
                .register(meters);
    }

    @Override
    public String name() {
        return "recover-turns";
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
        if (!runner.isValid()) {
            return;
        }
        Set<TurnId> forgotten = findForgotten();
        if (config.afterCrash() == TurnConfig.AfterCrash.INTERRUPT) {
            end(forgotten, deadline);
        } else if (!shutdown.isDraining()) {
            resume(forgotten, deadline);
        }
        startQueuedTurns(deadline);
    }

    /**
     * Finds turns that are assigned to this runner and were unknown to it in two runs of the job: a
     * turn is unknown for a moment between its commit and its registration. Also carries out cancel
     * requests.
     */
    private Set<TurnId> findForgotten() {
        Set<TurnId> unknown = new HashSet<>();
        Map<TurnId, ConversationId> neverRun = new HashMap<>();
        for (TurnRepository.Assigned turn : strandedTurnStore.assignedHere()) {
            if (turn.cancelRequested()) {
                canceller.stopLocally(turn.id());
            }
            if (!runningTurns.knows(turn.id(), turn.conversation())) {
                unknown.add(turn.id());
                if (store.isStartUndecided(turn.conversation())) {
                    neverRun.put(turn.id(), turn.conversation());
                }
            }
        }
        Set<TurnId> forgotten = new HashSet<>(unknown);
        forgotten.retainAll(unknownInLastRun);
        unknownInLastRun = Set.copyOf(unknown);
        neverRun.keySet().retainAll(forgotten);
        neverRun.forEach((turn, conversation) -> {
            if (requeue(turn, conversation)) {
                forgotten.remove(turn);
            }
        });
        return forgotten;
    }

    /**
     * Queues a turn again whose start was committed without this process learning of it: the turn
     * has not run, so it is not interrupted.
     */
    private boolean requeue(TurnId turn, ConversationId conversation) {
        boolean isQueued = strandedTurnStore.requeue(turn, conversation);
        store.decideStart(conversation);
        if (isQueued) {
            Log.warnf("Turn %s was started and did not run; it is queued again", turn);
        }
        return isQueued;
    }

    private void end(Set<TurnId> forgotten, Deadline deadline) {
        List<TurnRepository.Stranded> found = strandedTurnStore.find(forgotten, BATCH_SIZE);
        while (!found.isEmpty() && !deadline.hasPassed()) {
            List<TurnRepository.Stranded> endedTurns = strandedTurnStore.end(found, forgotten);
            endedTurns.forEach(
                    turn -> logRecovered(turn, turn.cancelled() ? "cancelled" : "interrupted"));
            endedCounter.increment(endedTurns.size());
            found =
                    endedTurns.isEmpty()
                            ? List.of()
                            : strandedTurnStore.find(forgotten, BATCH_SIZE);
        }
    }

    private void resume(Set<TurnId> forgotten, Deadline deadline) {
        for (TurnRepository.Stranded turn : strandedTurnStore.find(forgotten, BATCH_SIZE)) {
            if (deadline.hasPassed()) {
                return;
            }
            if (turn.cancelled() || turn.startsAndCrashes() >= config.maxAttempts()) {
                strandedTurnStore
                        .end(List.of(turn), forgotten)
                        .forEach(endedTurn -> logRecovered(endedTurn, "ended"));
            } else {
                resume(turn, forgotten);
            }
        }
    }

    private void resume(TurnRepository.Stranded turn, Set<TurnId> forgotten) {
        TurnLimiter.Permit permit = limiter.acquire(turn.id());
        runningTurns.markOpening(turn.id());
        try {
            Optional<TurnStore.TurnContext> reassigned =
                    strandedTurnStore.reassign(turn, forgotten);
            if (reassigned.isPresent()) {
                logRecovered(
                        turn, "resumed in attempt " + reassigned.get().fencingToken().attempt());
                resumedCounter.increment();
                engine.start(reassigned.get(), permit);
            } else {
                permit.release();
            }
        } catch (Throwable failure) {
            permit.release();
            throw failure;
        } finally {
            runningTurns.clearOpening(turn.id());
        }
    }

    private void startQueuedTurns(Deadline deadline) {
        for (ConversationId conversation : strandedTurnStore.findWithIdleQueue(BATCH_SIZE)) {
            if (!deadline.hasPassed()) {
                engine.startNextQueued(conversation);
            }
        }
    }

    private static void logRecovered(TurnRepository.Stranded turn, String outcome) {
        Log.warnf("Turn %s lost its runner and was %s", turn.id(), outcome);
    }
}
