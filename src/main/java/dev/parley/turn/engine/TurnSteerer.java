package dev.parley.turn.engine;

import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.Steering;
import dev.parley.platform.cluster.RunnerMessageReceived;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnOutcomeUnknown;
import dev.parley.turn.store.ExchangeRepository;
import dev.parley.turn.store.RetryingTurnStore;
import dev.parley.turn.store.SteeringMessage;
import dev.parley.turn.store.SteeringStore;
import dev.parley.turn.store.TurnStore.TurnContext;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Lets messages join the turn that runs, on whichever replica it runs. The message is stored and
 * queued first; then the runner is told to look, before the next round of its agent. Each step of
 * the turn that is stored looks as well, so a lost message costs a round. A message that has not
 * joined when the turn ends is the next turn.
 */
@ApplicationScoped
public class TurnSteerer {

    private static final String STEER = "steer";

    private final SteeringStore store;
    private final RetryingTurnStore turns;
    private final RunningTurnRegistry runningTurns;
    private final TurnMessenger messenger;
    private final ToolBulkhead bulkhead;
    private final ConnectionHoldGuard connectionGuard;
    private final Counter joined;

    TurnSteerer(
            SteeringStore store,
            RetryingTurnStore turns,
            RunningTurnRegistry runningTurns,
            TurnMessenger messenger,
            ToolBulkhead bulkhead,
            ConnectionHoldGuard connectionGuard,
            MeterRegistry meters) {
        this.store = store;
        this.turns = turns;
        this.runningTurns = runningTurns;
        this.messenger = messenger;
        this.bulkhead = bulkhead;
        this.connectionGuard = connectionGuard;
        this.joined =
                Counter.builder("parley.turns.steered")
                        .description("Messages that have joined a running turn")
                        .register(meters);
    }

    /**
     * Notifies the runner of the turn that runs before a queued turn to look for its message.
     * Without that, the runner looks when it stores a step, so a failure is only logged.
     */
    void notifyRunner(TurnContext queued) {
        try {
            store.running(queued.conversation())
                    .ifPresent(turn -> messenger.send(STEER, turn, this::look));
        } catch (RuntimeException failure) {
            Log.warnf(failure, "No runner was notified that turn %s steers", queued.id());
        }
    }

    /** A user wrote on another replica, and the turn runs here. */
    void onMessage(@Observes RunnerMessageReceived message) {
        TurnMessenger.read(STEER, message).ifPresent(this::look);
    }

    private void look(TurnId id) {
        runningTurns.find(id).ifPresent(turn -> turn.exchange().markSteering());
    }

    /** The messages that join a turn that runs here. */
    Steering steering(RunningTurn turn, Consumer<AgentEvent> events) {
        return new SteeringOfTurn(turn, events);
    }

    /** All messages that have joined the turn. */
    private List<SteeringMessage> join(RunningTurn turn, int rounds) {
        try {
            return Uninterruptible.call(
                    "steer-" + turn.context().id(),
                    () ->
                            bulkhead.run(() ->
                                    connectionGuard.whileInTool(
                                            STEER, () -> turns.join(turn.context(), rounds))));
        } catch (ExchangeRepository.FencedOut failure) {
            Log.warnf("Messages do not join: %s", failure.getMessage());
            throw new AgentStopped();
        } catch (TurnOutcomeUnknown failure) {
            throw failure;
        } catch (RuntimeException failure) {
            // Nothing is lost: the messages are queued, and join later or are turns of their own
            turn.exchange().markSteering();
            Log.warnf(
                    failure,
                    "Messages could not join turn %s before round %d",
                    turn.context().id(),
                    rounds + 1);
            return List.of();
        }
    }

    /** The messages of one attempt: first those of earlier attempts, where they joined. */
    private final class SteeringOfTurn implements Steering {

        private final RunningTurn turn;
        private final Consumer<AgentEvent> events;
        private final Deque<SteeringMessage> earlier;
        private final Set<TurnId> known = new HashSet<>();

        SteeringOfTurn(RunningTurn turn, Consumer<AgentEvent> events) {
            this.turn = turn;
            this.events = events;
            this.earlier = new ArrayDeque<>(turn.exchange().steering());
            earlier.forEach(message -> known.add(message.turn()));
        }

        @Override
        public List<String> before(int rounds, boolean mayJoin) {
            boolean isRecorded = rounds < turn.exchange().recordedRounds();
            List<SteeringMessage> messages = new ArrayList<>();
            while (!earlier.isEmpty() && (!isRecorded || earlier.peek().rounds() <= rounds)) {
                messages.add(earlier.pop());
            }
            if (mayJoin && !isRecorded && !isStopping() && turn.exchange().takeSteering()) {
                join(turn, rounds).stream()
                        .filter(message -> known.add(message.turn()))
                        .forEach(message -> {
                            joined.increment();
                            messages.add(message);
                        });
            }
            messages.forEach(message -> {
                turn.permit().memory().add(message.content());
                events.accept(new AgentEvent.MessageJoined(message.turn().toString()));
            });
            return messages.stream().map(SteeringMessage::content).toList();
        }

        /** A turn that is about to end would not answer a message; the next turn does. */
        private boolean isStopping() {
            return turn.stopped().isPresent() || Thread.currentThread().isInterrupted();
        }
    }
}
