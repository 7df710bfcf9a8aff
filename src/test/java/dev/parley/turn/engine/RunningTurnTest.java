package dev.parley.turn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.AgentType;
import dev.parley.agent.UserContext;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.identity.UserId;
import dev.parley.testing.Settings;
import dev.parley.turn.StopReason;
import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.store.FencingToken;
import dev.parley.turn.store.TurnStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A turn in this process: who stops it, who ends it, and its place. */
class RunningTurnTest {

    private final TurnId id = TurnId.next();
    private final TurnLimiter inFlight =
            new TurnLimiter(
                    Settings.of(TurnConfig.class, "parley.turn.max-in-flight", "1"),
                    new SimpleMeterRegistry());
    private final TurnLimiter.Permit place = inFlight.acquire();
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
        RunningTurnRegistry running = new RunningTurnRegistry();

        assertThat(running.add(turn)).isTrue();
        assertThat(running.add(inAttempt(1))).isFalse();
        assertThat(running.find(id)).containsSame(turn);
    }

    @Test
    void keepsLaterAttemptWhereTheEarlierOneIsOver() {
        RunningTurnRegistry running = new RunningTurnRegistry();
        RunningTurn later = inAttempt(2);
        running.add(turn);

        assertThat(running.add(later)).isTrue();
        running.remove(turn);

        assertThat(running.find(id)).containsSame(later);
    }

    @Test
    void givesPlaceBackOnceHoweverOftenItIsLeft() {
        place.release();
        place.release();

        inFlight.acquire();

        assertThatThrownBy(inFlight::acquire).isInstanceOf(TooManyTurns.class);
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
                        List.of(),
                        List.of());
        return new RunningTurn(opened, place, Context.root());
    }
}
