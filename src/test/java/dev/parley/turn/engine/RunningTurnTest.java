package dev.parley.turn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.AgentType;
import dev.parley.agent.UserContext;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.History;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.identity.UserId;
import dev.parley.quota.Reservation;
import dev.parley.testing.Settings;
import dev.parley.turn.StopReason;
import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.memory.TurnMemoryTest;
import dev.parley.turn.store.Exchange;
import dev.parley.turn.store.FencingToken;
import dev.parley.turn.store.TurnStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A turn in this process: who stops it, who ends it, and its place. */
class RunningTurnTest {

    private final TurnId id = TurnId.next();
    private final TurnLimiter limiter =
            new TurnLimiter(
                    Settings.of(TurnConfig.class, "parley.turn.max-in-flight", "1"),
                    TurnMemoryTest.of("16M"),
                    new SimpleMeterRegistry());
    private final TurnLimiter.Permit permit = limiter.acquire();
    private final RunningTurn turn = inAttempt(1);

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void letsOnlyTheFirstEndTurn() {
        assertThat(turn.claimEnding()).isTrue();
        assertThat(turn.claimEnding()).isFalse();
    }

    @Test
    void interruptsAgentThatThinks() {
        turn.agentStarted();

        turn.stop(StopReason.CANCELLED);

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void interruptsAgentThatBeginsToThinkAfterTheStop() {
        turn.stop(StopReason.CANCELLED);

        turn.agentStarted();

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void keepsInterruptOfAgentFromWhatFollows() {
        turn.agentStarted();
        turn.stop(StopReason.CANCELLED);

        turn.agentFinished();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void interruptsNobodyOnceAgentIsDone() {
        turn.agentStarted();
        turn.agentFinished();

        turn.stop(StopReason.CANCELLED);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void keepsFirstReasonToStop() {
        turn.stop(StopReason.CANCELLED);

        turn.stop(StopReason.SHUT_DOWN);

        assertThat(turn.stopped()).contains(StopReason.CANCELLED);
    }

    @Test
    void stopsNoTurnThatIsBeingEnded() {
        turn.claimEnding();

        turn.stop(StopReason.CANCELLED);

        assertThat(turn.stopped()).isEmpty();
    }

    @Test
    void runsTurnOnceInAnAttempt() {
        RunningTurnRegistry runningTurns = new RunningTurnRegistry();

        assertThat(runningTurns.add(turn)).isTrue();
        assertThat(runningTurns.add(inAttempt(1))).isFalse();
        assertThat(runningTurns.find(id)).containsSame(turn);
    }

    @Test
    void keepsLaterAttemptWhereTheEarlierOneIsOver() {
        RunningTurnRegistry runningTurns = new RunningTurnRegistry();
        RunningTurn later = inAttempt(2);
        runningTurns.add(turn);

        assertThat(runningTurns.add(later)).isTrue();
        runningTurns.remove(turn);

        assertThat(runningTurns.find(id)).containsSame(later);
    }

    @Test
    void givesPlaceBackOnceHoweverOftenItIsLeft() {
        permit.release();
        permit.release();

        limiter.acquire();

        assertThatThrownBy(limiter::acquire).isInstanceOf(TooManyTurns.class);
    }

    private RunningTurn inAttempt(int attempt) {
        TurnStore.TurnContext opened =
                new TurnStore.TurnContext(
                        new FencingToken(id, new RunnerId(UUID.randomUUID()), attempt),
                        new UserId(UUID.randomUUID()),
                        ConversationId.next(),
                        AgentType.ASSISTANT,
                        Instant.now(),
                        false,
                        UserContext.NONE,
                        History.NONE,
                        Exchange.NONE,
                        Reservation.UNLIMITED);
        return new RunningTurn(opened, permit, Context.root());
    }
}
