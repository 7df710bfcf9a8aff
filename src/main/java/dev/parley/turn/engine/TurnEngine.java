package dev.parley.turn.engine;

import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.UnknownAgent;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.platform.cluster.LeaseLost;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.quota.QuotaExhausted;
import dev.parley.turn.AgentResult;
import dev.parley.turn.ApprovalRequest;
import dev.parley.turn.ConversationBusy;
import dev.parley.turn.FailureCode;
import dev.parley.turn.IdempotencyKeyReused;
import dev.parley.turn.InstanceShuttingDown;
import dev.parley.turn.StopReason;
import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.TurnOutcomeUnknown;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.WhenBusy;
import dev.parley.turn.store.ApprovalStore;
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
import java.util.List;
import java.util.Optional;

/**
 * The turn engine. Every API calls it, so every guarantee (G1 to G10) holds for every API.
 *
 * <p>A turn has three phases: open, think, settle. Opening and settling are one short transaction
 * each; while the agent thinks, no connection, transaction or lock is held. Once opened, a turn
 * runs on its own virtual thread.
 */
@ApplicationScoped
@Startup
@Transactional(TxType.NEVER)
public class TurnEngine {

    private final RetryingTurnStore store;
    private final AgentCatalogue agents;
    private final AgentRunner agentRunner;
    private final RunnerLease runner;
    private final TurnLimiter limiter;
    private final RunningTurnRegistry runningTurns;
    private final TurnCanceller canceller;
    private final TurnSteerer steerer;
    private final TurnReservations reservations;
    private final GracefulShutdown shutdown;
    private final TurnTelemetry telemetry;
    private final Event<TurnStarted> turnStarted;
    private final Event<TurnSettled> turnSettled;

    TurnEngine(
            RetryingTurnStore store,
            AgentCatalogue agents,
            AgentRunner agentRunner,
            RunnerLease runner,
            TurnLimiter limiter,
            RunningTurnRegistry runningTurns,
            TurnCanceller canceller,
            TurnSteerer steerer,
            TurnReservations reservations,
            GracefulShutdown shutdown,
            TurnTelemetry telemetry,
            Event<TurnStarted> turnStarted,
            Event<TurnSettled> turnSettled) {
        this.store = store;
        this.agents = agents;
        this.agentRunner = agentRunner;
        this.runner = runner;
        this.limiter = limiter;
        this.runningTurns = runningTurns;
        this.canceller = canceller;
        this.steerer = steerer;
        this.reservations = reservations;
        this.shutdown = shutdown;
        this.telemetry = telemetry;
        this.turnStarted = turnStarted;
        this.turnSettled = turnSettled;
    }

    /**
     * Opens a turn and starts or queues it.
     *
     * @return the turn, opened and committed; the turn continues without the caller. If the same
     *     request was sent before with the same key, the turn of the first request
     * @throws TooManyTurns if the process has reached its limit of turns in flight, by number or by
     *     memory
     * @throws InstanceShuttingDown if the process is shutting down
     * @throws LeaseLost if the process has no valid lease
     * @throws UnknownAgent if the catalogue has no such agent
     * @throws AgentUnavailable if the agent is known to be unavailable
     * @throws ConversationNotFound if the user has no such conversation
     * @throws ConversationBusy if another turn is running in the conversation
     * @throws IdempotencyKeyReused if the key was used for a different request
     * @throws QuotaExhausted if the user has fewer queries left than the agent costs
     */
    public TurnHandle submit(TurnRequest request) {
        request.agentType().ifPresent(agents::named);
        runner.requireLease();
        TurnLimiter.Permit permit = limiter.acquire(request.id());
        runningTurns.markOpening(request.id());
        try {
            if (shutdown.isRejecting()) {
                throw new InstanceShuttingDown();
            }
            return switch (telemetry.opening(request, () -> store.open(request))) {
                case TurnStore.TurnContext context when context.queued() -> {
                    releaseResources(request, permit);
                    if (request.whenBusy() == WhenBusy.STEER) {
                        steerer.notifyRunner(context);
                    }
                    // The turn is charged: from here on it must not be refused
                    Thread.ofVirtual()
                            .name("dequeue-" + context.id())
                            .start(() -> startQueued(request, context));
                    yield new TurnHandle(context.id(), Optional.empty());
                }
                case TurnStore.TurnContext context ->
                        new TurnHandle(context.id(), Optional.of(start(context, permit)));
                case TurnStore.Replayed replayed -> {
                    releaseResources(request, permit);
                    yield new TurnHandle(replayed.turn(), Optional.empty());
                }
            };
        } catch (Throwable failure) {
            releaseResources(request, permit);
            throw failure;
        } finally {
            runningTurns.clearOpening(request.id());
        }
    }

    /**
     * Starts the conversation's first queued turn if the conversation is idle.
     *
     * @throws TooManyTurns if the process has reached its limit of turns in flight
     */
    public void startNextQueued(ConversationId conversation) {
        if (shutdown.isDraining()) {
            return;
        }
        TurnLimiter.Permit permit = limiter.acquire();
        try {
            dequeue(conversation, permit)
                    .ifPresentOrElse(turn -> runOnVirtualThread(turn), permit::release);
        } catch (Throwable failure) {
            permit.release();
            throw failure;
        }
    }

    /** Runs an opened turn on its own virtual thread. */
    public TurnStream start(TurnStore.TurnContext context, TurnLimiter.Permit permit) {
        RunningTurn turn = new RunningTurn(context, permit, Context.current());
        if (!runningTurns.add(turn)) {
            permit.release();
            return runningTurns.stream(context.id()).orElse(turn.stream());
        }
        runOnVirtualThread(turn);
        return turn.stream();
    }

    /** Ends a turn whose agent ignores its interrupt, without waiting for the agent. */
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

    /**
     * Releases the permit and the agent's reservation of a turn that does not call its agent now.
     */
    private void releaseResources(TurnRequest request, TurnLimiter.Permit permit) {
        permit.release();
        agents.release(request.id().value());
    }

    /**
     * Tries to start the queue: the running turn may have ended at the moment this turn was queued.
     */
    private void startQueued(TurnRequest request, TurnStore.TurnContext context) {
        try {
            if (request.whenBusy() == WhenBusy.CANCEL_RUNNING) {
                canceller.cancelRunningBefore(context);
            }
            startNextQueued(context.conversation());
        } catch (TooManyTurns failure) {
            Log.debug("The queued turn starts when a turn in flight ends", failure);
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "The next queued turn of conversation %s could not be started; the recovery job"
                            + " retries",
                    context.conversation());
        }
    }

    private void runOnVirtualThread(RunningTurn firstTurn) {
        turnStarted.fire(new TurnStarted(firstTurn.context().id()));
        Thread.ofVirtual()
                .name("turn-" + firstTurn.context().id())
                .start(() -> {
                    try {
                        Optional<RunningTurn> turn = Optional.of(firstTurn);
                        while (turn.isPresent()) {
                            turn = runTraced(turn.get());
                        }
                    } finally {
                        firstTurn.permit().release();
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
     * @return the next queued turn, to run with the same permit
     */
    private Optional<RunningTurn> run(RunningTurn turn) {
        AgentResult result =
                telemetry.thinking(
                        turn.context(),
                        () -> {
                            TurnTelemetry.linkTo(turn.exchange().traceparent());
                            return agentRunner.run(turn);
                        });
        if (!turn.claimEnding()) {
            return Optional.empty();
        }
        Optional<TurnOutcome> outcome =
                switch (result) {
                    case TurnOutcome ended -> Optional.of(ended);
                    case AgentResult.Suspended pause -> suspend(turn, pause);
                };
        if (outcome.isEmpty() || !settle(turn, outcome.get()) || shutdown.isDraining()) {
            return Optional.empty();
        }
        try {
            Optional<RunningTurn> next = dequeue(turn.context().conversation(), turn.permit());
            next.ifPresent(started -> turnStarted.fire(new TurnStarted(started.context().id())));
            return next;
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "The next queued turn of conversation %s could not be started; the recovery job"
                            + " retries",
                    turn.context().conversation());
            return Optional.empty();
        }
    }

    /**
     * Lets a turn wait for a person. From then on the turn takes rows only.
     *
     * @return the outcome to settle if the turn cannot wait; empty if it waits or runs elsewhere
     */
    private Optional<TurnOutcome> suspend(RunningTurn turn, AgentResult.Suspended pause) {
        List<AgentEvent.ApprovalAsked> asked =
                turn.exchange().asked().stream().map(TurnEngine::askedEvent).toList();
        try {
            return switch (store.suspend(
                    turn.context(),
                    new ApprovalStore.Suspension(
                            turn.exchange(),
                            turn.exchange().asked(),
                            turn.stream().transcript(asked),
                            pause.usage(),
                            reservations.used(turn),
                            TurnTelemetry.traceparent().orElse(null)))) {
                case CANCELLED -> Optional.of(StopReason.CANCELLED.outcome(pause.usage()));
                case SUSPENDED, NOT_RUNNING -> {
                    runningTurns.remove(turn);
                    turn.stream().detach(TurnStream.DetachReason.MOVED);
                    yield Optional.empty();
                }
            };
        } catch (RuntimeException failure) {
            Log.errorf(failure, "Turn %s could not wait for a person", turn.context().id());
            return Optional.of(
                    new TurnOutcome.Failed(
                            FailureCode.INTERNAL_ERROR,
                            "The request for an approval could not be stored.",
                            pause.usage()));
        }
    }

    private static AgentEvent.ApprovalAsked askedEvent(ApprovalRequest request) {
        return new AgentEvent.ApprovalAsked(
                request.step(),
                request.tool(),
                request.arguments(),
                request.summary(),
                request.expiresAt());
    }

    /**
     * Goes on with a waiting turn about which everything is decided, unless another replica does.
     *
     * @throws TooManyTurns if the process has reached its limit of turns in flight
     */
    public void resume(TurnId id) {
        if (shutdown.isDraining()) {
            return;
        }
        runner.requireLease();
        TurnLimiter.Permit permit = limiter.acquire(id);
        runningTurns.markOpening(id);
        try {
            store.resume(id).ifPresentOrElse(context -> start(context, permit), permit::release);
        } catch (Throwable failure) {
            permit.release();
            throw failure;
        } finally {
            runningTurns.clearOpening(id);
        }
    }

    private Optional<RunningTurn> dequeue(ConversationId conversation, TurnLimiter.Permit permit) {
        runningTurns.markStarting(conversation);
        try {
            return store.startNext(conversation)
                    .map(context -> new RunningTurn(context, permit, Context.root()))
                    .filter(runningTurns::add);
        } finally {
            runningTurns.clearStarting(conversation);
        }
    }

    /**
     * Stores the ending and publishes it.
     *
     * @return whether turns may be queued behind this turn
     */
    private boolean settle(RunningTurn turn, TurnOutcome outcome) {
        turn.stream().seal();
        try {
            return switch (telemetry.settling(turn.context(), () -> storeOutcome(turn, outcome))) {
                case TurnStore.Settled settled -> {
                    telemetry.ended(settled.record());
                    turn.stream().end(settled.record());
                    turnSettled.fire(
                            new TurnSettled(
                                    turn.context().user(),
                                    turn.context().conversation(),
                                    turn.context().agentType()));
                    yield settled.hasQueuedTurn();
                }
                case TurnStore.AlreadyEnded _ -> {
                    Log.warnf(
                            "Turn %s was already settled or taken over; the outcome of this"
                                    + " run is discarded",
                            turn.context().id());
                    turn.stream().detach(TurnStream.DetachReason.MOVED);
                    yield true;
                }
            };
        } catch (TurnNotFound failure) {
            Log.infof(
                    "Turn %s was deleted with its user; its reply is discarded",
                    turn.context().id());
            turn.stream().detach(TurnStream.DetachReason.MOVED);
            return false;
        } catch (Throwable failure) {
            Log.errorf(
                    failure,
                    "Turn %s could not be settled; the recovery job will end it",
                    turn.context().id());
            turn.stream().detach(TurnStream.DetachReason.UNSETTLED);
            return false;
        } finally {
            runningTurns.remove(turn);
        }
    }

    /**
     * Stores the outcome. If the database permanently refuses the outcome, stores a failure
     * instead.
     */
    private TurnStore.SettleResult storeOutcome(RunningTurn turn, TurnOutcome outcome) {
        try {
            return store.settle(
                    turn.context(), outcome, turn.stream().transcript(), turn.exchange().ended());
        } catch (TurnOutcomeUnknown | TurnNotFound failure) {
            throw failure;
        } catch (RuntimeException failure) {
            Log.errorf(
                    failure,
                    "Turn %s: the database refused the outcome; storing a failure instead",
                    turn.context().id());
            return store.settle(
                    turn.context(),
                    new TurnOutcome.Failed(
                            FailureCode.INTERNAL_ERROR,
                            "The reply could not be stored.",
                            outcome.usage()),
                    Transcript.LOST,
                    turn.exchange().ended());
        }
    }
}
