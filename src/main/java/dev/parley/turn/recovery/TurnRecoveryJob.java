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
import dev.parley.turn.store.TurnRepository;
import dev.parley.turn.store.TurnStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks, with every beat, for what fell through: turns whose runner is gone, turns that their own
 * runner does not know, wishes to cancel that were not heard, lines that stand still.
 */
@ApplicationScoped
class TurnRecoveryJob implements Job {

    private static final int BATCH_SIZE = 200;

    private final StrandedTurnStore stranded;
    private final RunningTurnRegistry running;
    private final TurnCanceller cancel;
    private final TurnEngine takeTurn;
    private final TurnLimiter inFlight;
    private final GracefulShutdown stopping;
    private final RunnerRepository runners;
    private final RunnerLease runner;
    private final TurnConfig config;
    private final Counter ended;
    private final Counter resumed;
    private Set<TurnId> unknownAtLastLook = Set.of();

    TurnRecoveryJob(
            StrandedTurnStore stranded,
            RunningTurnRegistry running,
            TurnCanceller cancel,
            TurnEngine takeTurn,
            TurnLimiter inFlight,
            GracefulShutdown stopping,
            RunnerRepository runners,
            RunnerLease runner,
            TurnConfig config,
            MeterRegistry meters) {
        this.stranded = stranded;
        this.running = running;
        this.cancel = cancel;
        this.takeTurn = takeTurn;
        this.inFlight = inFlight;
        this.stopping = stopping;
        this.runners = runners;
        this.runner = runner;
        this.config = config;
        this.ended = counter("ended", meters);
        this.resumed = counter("resumed", meters);
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
        return runners.lookEvery();
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(20);
    }

    @Override
    public void run(Deadline deadline) {
        if (!runner.mayRecoverOthers()) {
            return;
        }
        Set<TurnId> forgotten = forgottenHere();
        if (config.afterCrash() == TurnConfig.AfterCrash.INTERRUPT) {
            end(forgotten, deadline);
        } else if (!stopping.isDraining()) {
            resume(forgotten, deadline);
        }
        moveLines(deadline);
    }

    /**
     * Turns that are unknown here at two looks: between its commit and its registration a turn is
     * unknown for a moment. On the way, cancel requests are carried out.
     */
    private Set<TurnId> forgottenHere() {
        Set<TurnId> unknown = new HashSet<>();
        for (TurnRepository.Assigned turn : stranded.assignedHere()) {
            if (turn.cancelRequested()) {
                cancel.stopLocally(turn.id());
            }
            if (!running.knows(turn.id(), turn.conversation())) {
                unknown.add(turn.id());
            }
        }
        Set<TurnId> forgotten = new HashSet<>(unknown);
        forgotten.retainAll(unknownAtLastLook);
        unknownAtLastLook = Set.copyOf(unknown);
        return forgotten;
    }

    private void end(Set<TurnId> forgotten, Deadline deadline) {
        List<TurnRepository.Stranded> found = stranded.find(forgotten, BATCH_SIZE);
        while (!found.isEmpty() && !deadline.hasPassed()) {
            List<TurnRepository.Stranded> strandeds = stranded.end(found, forgotten);
            strandeds.forEach(turn -> tell(turn, turn.cancelled() ? "cancelled" : "interrupted"));
            ended.increment(strandeds.size());
            found = strandeds.isEmpty() ? List.of() : stranded.find(forgotten, BATCH_SIZE);
        }
    }

    private void resume(Set<TurnId> forgotten, Deadline deadline) {
        for (TurnRepository.Stranded turn : stranded.find(forgotten, BATCH_SIZE)) {
            if (deadline.hasPassed()) {
                return;
            }
            if (turn.cancelled() || turn.attempt() >= config.maxAttempts()) {
                stranded.end(List.of(turn), forgotten).forEach(each -> tell(each, "ended"));
            } else {
                resume(turn, forgotten);
            }
        }
    }

    private void resume(TurnRepository.Stranded turn, Set<TurnId> forgotten) {
        TurnLimiter.Permit place = inFlight.acquire();
        running.markOpening(turn.id());
        try {
            Optional<TurnStore.TurnContext> taken = stranded.reassign(turn, forgotten);
            if (taken.isPresent()) {
                tell(turn, "resumed in attempt " + taken.get().fence().attempt());
                resumed.increment();
                takeTurn.start(taken.get(), place);
            } else {
                place.release();
            }
        } catch (Throwable failure) {
            place.release();
            throw failure;
        } finally {
            running.clearOpening(turn.id());
        }
    }

    private void moveLines(Deadline deadline) {
        for (ConversationId conversation : stranded.findWithIdleQueue(BATCH_SIZE)) {
            if (!deadline.hasPassed()) {
                takeTurn.startNextQueued(conversation);
            }
        }
    }

    private static void tell(TurnRepository.Stranded turn, String what) {
        Log.warnf("Turn %s had lost its runner: %s", turn.id(), what);
    }
}
