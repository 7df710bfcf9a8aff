package dev.parley.turn;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.cluster.RunnerRepository;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
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
class Rescue implements Job {

    private static final int A_BATCH = 200;

    private final StrandedTurns stranded;
    private final RunningTurns running;
    private final CancelTurn cancel;
    private final TakeTurn takeTurn;
    private final InFlight inFlight;
    private final Stopping stopping;
    private final RunnerRepository runners;
    private final RunnerLease runner;
    private final TurnConfig config;
    private final Counter ended;
    private final Counter resumed;
    private Set<TurnId> unknownAtLastLook = Set.of();

    Rescue(
            StrandedTurns stranded,
            RunningTurns running,
            CancelTurn cancel,
            TakeTurn takeTurn,
            InFlight inFlight,
            Stopping stopping,
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
        return "stranded-turns";
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
        } else if (!stopping.hasBegun()) {
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
        for (Turns.Assigned turn : stranded.assignedHere()) {
            if (turn.cancelRequested()) {
                cancel.stopHere(turn.id());
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
        List<Turns.Stranded> found = stranded.find(forgotten, A_BATCH);
        while (!found.isEmpty() && !deadline.hasPassed()) {
            List<Turns.Stranded> those = stranded.end(found, forgotten);
            those.forEach(turn -> tell(turn, turn.cancelled() ? "cancelled" : "interrupted"));
            ended.increment(those.size());
            found = those.isEmpty() ? List.of() : stranded.find(forgotten, A_BATCH);
        }
    }

    private void resume(Set<TurnId> forgotten, Deadline deadline) {
        for (Turns.Stranded turn : stranded.find(forgotten, A_BATCH)) {
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

    private void resume(Turns.Stranded turn, Set<TurnId> forgotten) {
        InFlight.Place place = inFlight.enter();
        running.opening(turn.id());
        try {
            Optional<Ledger.Opened> taken = stranded.takeOver(turn, forgotten);
            if (taken.isPresent()) {
                tell(turn, "resumed in attempt " + taken.get().fence().attempt());
                resumed.increment();
                takeTurn.start(taken.get(), place);
            } else {
                place.leave();
            }
        } catch (Throwable failure) {
            place.leave();
            throw failure;
        } finally {
            running.opened(turn.id());
        }
    }

    private void moveLines(Deadline deadline) {
        for (ConversationId conversation : stranded.withIdleLine(A_BATCH)) {
            if (!deadline.hasPassed()) {
                takeTurn.startNext(conversation);
            }
        }
    }

    private static void tell(Turns.Stranded turn, String what) {
        Log.warnf("Turn %s had lost its runner: %s", turn.id(), what);
    }
}
