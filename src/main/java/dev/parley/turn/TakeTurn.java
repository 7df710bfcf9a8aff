package dev.parley.turn;

import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.Agents;
import dev.parley.agent.UnknownAgent;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.platform.cluster.LeaseLost;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.quota.QuotaExhausted;
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
public class TakeTurn {

    private final PatientLedger ledger;
    private final Agents agents;
    private final Thinking thinking;
    private final RunnerLease runner;
    private final InFlight inFlight;
    private final RunningTurns running;
    private final CancelTurn cancel;
    private final Stopping stopping;
    private final TurnFigures figures;
    private final Event<TurnStarted> started;

    TakeTurn(
            PatientLedger ledger,
            Agents agents,
            Thinking thinking,
            RunnerLease runner,
            InFlight inFlight,
            RunningTurns running,
            CancelTurn cancel,
            Stopping stopping,
            TurnFigures figures,
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
     * @throws ProcessStopping where the process is about to end
     * @throws LeaseLost where the process has lost its line to the database
     * @throws UnknownAgent where the catalogue has no such agent
     * @throws AgentUnavailable where the agent is known to be away
     * @throws ConversationNotFound where the user has no such conversation
     * @throws ConversationBusy where another turn runs in it
     * @throws KeyReused where the key was used for another request
     * @throws QuotaExhausted where the user has no query left
     */
    public Begun begin(NewTurn turn) {
        turn.agentType().ifPresent(agents::named);
        runner.requireLease();
        InFlight.Place place = inFlight.enter();
        running.opening(turn.id());
        try {
            if (stopping.isClosed()) {
                throw new ProcessStopping();
            }
            return switch (figures.opening(turn, () -> ledger.open(turn))) {
                case Ledger.Opened opened when opened.queued() -> {
                    giveBack(turn, place);
                    // It is charged: from here on nothing refuses it
                    Thread.ofVirtual()
                            .name("line-" + opened.id())
                            .start(() -> makeRoom(turn, opened));
                    yield new Begun(opened.id(), Optional.empty());
                }
                case Ledger.Opened opened ->
                        new Begun(opened.id(), Optional.of(start(opened, place)));
                case Ledger.Replayed before -> {
                    giveBack(turn, place);
                    yield new Begun(before.turn(), Optional.empty());
                }
            };
        } catch (Throwable refused) {
            giveBack(turn, place);
            throw refused;
        } finally {
            running.opened(turn.id());
        }
    }

    /** Runs the first in line, where the conversation is idle and this process has a place. */
    void startNext(ConversationId conversation) {
        if (stopping.hasBegun()) {
            return;
        }
        InFlight.Place place = inFlight.enter();
        try {
            next(conversation, place).ifPresentOrElse(turn -> goOn(turn), place::leave);
        } catch (Throwable failure) {
            place.leave();
            throw failure;
        }
    }

    /** Runs a turn that was opened, on a thread of its own. */
    TurnStream start(Ledger.Opened opened, InFlight.Place place) {
        RunningTurn turn = new RunningTurn(opened, place, Context.current());
        if (!running.add(turn)) {
            place.leave();
            return running.stream(opened.id()).orElse(turn.stream());
        }
        goOn(turn);
        return turn.stream();
    }

    /** Ends a turn whose agent does not listen, without waiting for it. */
    void endWithout(RunningTurn turn, TurnOutcome outcome) {
        if (turn.takeEnding()) {
            Thread.ofVirtual()
                    .name("deaf-" + turn.opened().id())
                    .start(() -> {
                        settle(turn, outcome);
                        turn.place().leave();
                    });
        }
    }

    /** Whatever was taken for a turn that does not call its agent now: others may have it. */
    private void giveBack(NewTurn turn, InFlight.Place place) {
        place.leave();
        agents.release(turn.id().value());
    }

    /** The turn before may also have ended in the very moment in which this one got in line. */
    private void makeRoom(NewTurn turn, Ledger.Opened opened) {
        try {
            if (turn.whenBusy() == WhenBusy.CANCEL_RUNNING) {
                cancel.whatStandsInTheWayOf(opened);
            }
            startNext(opened.conversation());
        } catch (TooManyTurns full) {
            Log.debug("The line moves when there is a place", full);
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "The line of conversation %s moves at the next look",
                    opened.conversation());
        }
    }

    private void goOn(RunningTurn first) {
        started.fire(new TurnStarted(first.opened().id()));
        Thread.ofVirtual()
                .name("turn-" + first.opened().id())
                .start(() -> {
                    try {
                        Optional<RunningTurn> turn = Optional.of(first);
                        while (turn.isPresent()) {
                            turn = runTraced(turn.get());
                        }
                    } finally {
                        first.place().leave();
                    }
                });
    }

    private Optional<RunningTurn> runTraced(RunningTurn turn) {
        try (Scope _ = turn.trace().makeCurrent()) {
            LogContext.speakOf(turn.opened());
            return run(turn);
        }
    }

    /**
     * Runs a turn to its ending.
     *
     * @return the next in line, to run in the same place
     */
    private Optional<RunningTurn> run(RunningTurn turn) {
        TurnOutcome outcome = figures.thinking(turn.opened(), () -> thinking.endingOf(turn));
        if (!turn.takeEnding() || !settle(turn, outcome) || stopping.hasBegun()) {
            return Optional.empty();
        }
        try {
            Optional<RunningTurn> next = next(turn.opened().conversation(), turn.place());
            next.ifPresent(one -> started.fire(new TurnStarted(one.opened().id())));
            return next;
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "The line of conversation %s moves at the next look",
                    turn.opened().conversation());
            return Optional.empty();
        }
    }

    private Optional<RunningTurn> next(ConversationId conversation, InFlight.Place place) {
        running.starting(conversation);
        try {
            return ledger.startNext(conversation)
                    .map(opened -> new RunningTurn(opened, place, Context.root()))
                    .filter(running::add);
        } finally {
            running.started(conversation);
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
            return switch (figures.settling(turn.opened(), () -> settled(turn, outcome))) {
                case Ledger.Settled settled -> {
                    figures.ended(settled.record());
                    turn.stream().end(settled.record());
                    yield settled.lineBehind();
                }
                case Ledger.AlreadyEnded _ -> {
                    Log.warnf(
                            "Turn %s was settled before, or taken over; its outcome here is"
                                    + " discarded",
                            turn.opened().id());
                    turn.stream().leave(TurnStream.Gone.MOVED);
                    yield true;
                }
            };
        } catch (TurnNotFound erased) {
            Log.infof("Turn %s is gone with its user; its answer is discarded", turn.opened().id());
            turn.stream().leave(TurnStream.Gone.MOVED);
            return false;
        } catch (Throwable failure) {
            Log.errorf(failure, "Turn %s could not be settled", turn.opened().id());
            turn.stream().leave(TurnStream.Gone.UNSETTLED);
            return false;
        } finally {
            running.remove(turn);
        }
    }

    /**
     * An ending that the database will not have, for whatever reason that will not pass, becomes a
     * plain failure.
     */
    private Ledger.SettleResult settled(RunningTurn turn, TurnOutcome outcome) {
        try {
            return ledger.settle(turn.opened(), outcome, turn.stream().telling());
        } catch (TurnUnsettled | TurnNotFound unsettled) {
            throw unsettled;
        } catch (RuntimeException refused) {
            Log.errorf(
                    refused, "Turn %s: its ending was refused by the database", turn.opened().id());
            return ledger.settle(
                    turn.opened(),
                    new TurnOutcome.Failed(
                            Failure.INTERNAL_ERROR,
                            "The answer could not be stored.",
                            outcome.usage()),
                    Telling.LOST);
        }
    }
}
