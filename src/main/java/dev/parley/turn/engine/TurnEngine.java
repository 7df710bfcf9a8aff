package dev.parley.turn.engine;

import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.UnknownAgent;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.platform.cluster.LeaseLost;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.quota.QuotaExhausted;
import dev.parley.turn.ConversationBusy;
import dev.parley.turn.FailureCode;
import dev.parley.turn.IdempotencyKeyReused;
import dev.parley.turn.InstanceShuttingDown;
import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.TurnOutcomeUnknown;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.WhenBusy;
import dev.parley.turn.store.RetryingTurnStore;
import dev.parley.turn.store.TurnStore;
import dev.parley.turn.stream.Transcript;
import dev.parley.turn.stream.TurnStream;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.Optional;

/**
 * The turn engine. Every API calls it, so every guarantee (G1 to G10) holds for every API.
 *
 * <p>A turn is opened, thought about and settled. Opening and settling are one short transaction
 * each; between them nothing is held. Once opened, a turn runs on a virtual thread of its own.
 */
@ApplicationScoped
@Startup
@Transactional(TxType.NEVER)
public class TurnEngine {

    private final RetryingTurnStore ledger;
    private final AgentCatalogue agents;
    private final AgentRunner thinking;
    private final RunnerLease runner;
    private final TurnLimiter inFlight;
    private final RunningTurnRegistry running;
    private final TurnCanceller cancel;
    private final GracefulShutdown stopping;
    private final TurnTelemetry figures;
    private final Event<TurnStarted> started;

    TurnEngine(
            RetryingTurnStore ledger,
            AgentCatalogue agents,
            AgentRunner thinking,
            RunnerLease runner,
            TurnLimiter inFlight,
            RunningTurnRegistry running,
            TurnCanceller cancel,
            GracefulShutdown stopping,
            TurnTelemetry figures,
            Event<TurnStarted> started) {
        this.ledger = ledger;
        this.agents = agents;
        this.thinking = thinking;
        this.runner = runner;
        this.inFlight = inFlight;
        this.running = running;
        this.cancel = cancel;
        this.stopping = stopping;
        this.figures = figures;
        this.started = started;
    }

    /**
     * Opens a turn and lets it run, or stand in line.
     *
     * @return the turn, opened and committed; it goes on by itself. Where the same request was made
     *     before, under the same key, the turn that it began
     * @throws TooManyTurns where the process has no place for another
     * @throws InstanceShuttingDown where the process is about to end
     * @throws LeaseLost where the process has lost its line to the database
     * @throws UnknownAgent where the catalogue has no such agent
     * @throws AgentUnavailable where the agent is known to be away
     * @throws ConversationNotFound where the user has no such conversation
     * @throws ConversationBusy where another turn runs in it
     * @throws IdempotencyKeyReused where the key was used for another request
     * @throws QuotaExhausted where the user has no query left
     */
    public TurnHandle submit(TurnRequest turn) {
        turn.agentType().ifPresent(agents::named);
        runner.requireLease();
        TurnLimiter.Permit place = inFlight.acquire();
        running.markOpening(turn.id());
        try {
            if (stopping.isRejecting()) {
                throw new InstanceShuttingDown();
            }
            return switch (figures.opening(turn, () -> ledger.open(turn))) {
                case TurnStore.TurnContext opened when opened.queued() -> {
                    giveBack(turn, place);
                    // It is charged: from here on nothing refuses it
                    Thread.ofVirtual()
                            .name("dequeue-" + opened.id())
                            .start(() -> startQueued(turn, opened));
                    yield new TurnHandle(opened.id(), Optional.empty());
                }
                case TurnStore.TurnContext opened ->
                        new TurnHandle(opened.id(), Optional.of(start(opened, place)));
                case TurnStore.Replayed before -> {
                    giveBack(turn, place);
                    yield new TurnHandle(before.turn(), Optional.empty());
                }
            };
        } catch (Throwable failure) {
            giveBack(turn, place);
            throw failure;
        } finally {
            running.clearOpening(turn.id());
        }
    }

    /** Runs the first in line, where the conversation is idle and this process has a place. */
    public void startNextQueued(ConversationId conversation) {
        if (stopping.isDraining()) {
            return;
        }
        TurnLimiter.Permit place = inFlight.acquire();
        try {
            dequeue(conversation, place)
                    .ifPresentOrElse(turn -> runOnVirtualThread(turn), place::release);
        } catch (Throwable failure) {
            place.release();
            throw failure;
        }
    }

    /** Runs a turn that was opened, on a thread of its own. */
    public TurnStream start(TurnStore.TurnContext opened, TurnLimiter.Permit place) {
        RunningTurn turn = new RunningTurn(opened, place, Context.current());
        if (!running.add(turn)) {
            place.release();
            return running.stream(opened.id()).orElse(turn.stream());
        }
        runOnVirtualThread(turn);
        return turn.stream();
    }

    /** Ends a turn whose agent does not listen, without waiting for it. */
    public void forceEnd(RunningTurn turn, TurnOutcome outcome) {
        if (turn.claimEnding()) {
            Thread.ofVirtual()
                    .name("force-end-" + turn.context().id())
                    .start(() -> {
                        settle(turn, outcome);
                        turn.permit().release();
                    });
        }
    }

    /** Whatever was taken for a turn that does not call its agent now: others may have it. */
    private void giveBack(TurnRequest turn, TurnLimiter.Permit place) {
        place.release();
        agents.release(turn.id().value());
    }

    /** The turn before may also have ended in the very moment in which this one got in line. */
    private void startQueued(TurnRequest turn, TurnStore.TurnContext opened) {
        try {
            if (turn.whenBusy() == WhenBusy.CANCEL_RUNNING) {
                cancel.cancelRunningBefore(opened);
            }
            startNextQueued(opened.conversation());
        } catch (TooManyTurns failure) {
            Log.debug("The line moves when there is a place", failure);
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "The line of conversation %s moves at the next look",
                    opened.conversation());
        }
    }

    private void runOnVirtualThread(RunningTurn first) {
        started.fire(new TurnStarted(first.context().id()));
        Thread.ofVirtual()
                .name("turn-" + first.context().id())
                .start(() -> {
                    try {
                        Optional<RunningTurn> turn = Optional.of(first);
                        while (turn.isPresent()) {
                            turn = runTraced(turn.get());
                        }
                    } finally {
                        first.permit().release();
                    }
                });
    }

    private Optional<RunningTurn> runTraced(RunningTurn turn) {
        try (Scope _ = turn.trace().makeCurrent()) {
            TurnLogContext.put(turn.context());
            return run(turn);
        }
    }

    /**
     * Runs a turn to its ending.
     *
     * @return the next in line, to run in the same place
     */
    private Optional<RunningTurn> run(RunningTurn turn) {
        TurnOutcome outcome = figures.thinking(turn.context(), () -> thinking.run(turn));
        if (!turn.claimEnding() || !settle(turn, outcome) || stopping.isDraining()) {
            return Optional.empty();
        }
        try {
            Optional<RunningTurn> next = dequeue(turn.context().conversation(), turn.permit());
            next.ifPresent(
                    runningTurn -> started.fire(new TurnStarted(runningTurn.context().id())));
            return next;
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "The line of conversation %s moves at the next look",
                    turn.context().conversation());
            return Optional.empty();
        }
    }

    private Optional<RunningTurn> dequeue(ConversationId conversation, TurnLimiter.Permit place) {
        running.markStarting(conversation);
        try {
            return ledger.startNext(conversation)
                    .map(opened -> new RunningTurn(opened, place, Context.root()))
                    .filter(running::add);
        } finally {
            running.clearStarting(conversation);
        }
    }

    /**
     * Writes the ending down and tells of it.
     *
     * @return whether others may stand in line behind it
     */
    private boolean settle(RunningTurn turn, TurnOutcome outcome) {
        turn.stream().seal();
        try {
            return switch (figures.settling(turn.context(), () -> settled(turn, outcome))) {
                case TurnStore.Settled settled -> {
                    figures.ended(settled.record());
                    turn.stream().end(settled.record());
                    yield settled.lineBehind();
                }
                case TurnStore.AlreadyEnded _ -> {
                    Log.warnf(
                            "Turn %s was settled before, or taken over; its outcome here is"
                                    + " discarded",
                            turn.context().id());
                    turn.stream().detach(TurnStream.DetachReason.MOVED);
                    yield true;
                }
            };
        } catch (TurnNotFound failure) {
            Log.infof(
                    "Turn %s is gone with its user; its answer is discarded", turn.context().id());
            turn.stream().detach(TurnStream.DetachReason.MOVED);
            return false;
        } catch (Throwable failure) {
            Log.errorf(failure, "Turn %s could not be settled", turn.context().id());
            turn.stream().detach(TurnStream.DetachReason.UNSETTLED);
            return false;
        } finally {
            running.remove(turn);
        }
    }

    /**
     * An ending that the database will not have, for whatever reason that will not pass, becomes a
     * plain failure.
     */
    private TurnStore.SettleResult settled(RunningTurn turn, TurnOutcome outcome) {
        try {
            return ledger.settle(turn.context(), outcome, turn.stream().transcript());
        } catch (TurnOutcomeUnknown | TurnNotFound failure) {
            throw failure;
        } catch (RuntimeException failure) {
            Log.errorf(
                    failure,
                    "Turn %s: its ending was refused by the database",
                    turn.context().id());
            return ledger.settle(
                    turn.context(),
                    new TurnOutcome.Failed(
                            FailureCode.INTERNAL_ERROR,
                            "The answer could not be stored.",
                            outcome.usage()),
                    Transcript.LOST);
        }
    }
}
