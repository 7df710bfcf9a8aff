package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.Acquaintance;
import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.identity.UserId;
import dev.parley.testing.Settings;
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
    private final InFlight inFlight =
            new InFlight(
                    Settings.of(TurnConfig.class, "parley.turn.max-in-flight", "1"),
                    new SimpleMeterRegistry());
    private final InFlight.Place place = inFlight.enter();
    private final RunningTurn turn = inAttempt(1);

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void letsOnlyTheFirstEndTurn() {
        assertThat(turn.takeEnding()).isTrue();
        assertThat(turn.takeEnding()).isFalse();
    }

    @Test
    void interruptsAgentThatThinks() {
        turn.thinksHere();

        turn.stop(Stop.CANCELLED);

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void interruptsAgentThatBeginsToThinkAfterTheStop() {
        turn.stop(Stop.CANCELLED);

        turn.thinksHere();

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void keepsInterruptOfAgentFromWhatFollows() {
        turn.thinksHere();
        turn.stop(Stop.CANCELLED);

        turn.thought();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void interruptsNobodyOnceAgentIsDone() {
        turn.thinksHere();
        turn.thought();

        turn.stop(Stop.CANCELLED);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void keepsFirstReasonToStop() {
        turn.stop(Stop.CANCELLED);

        turn.stop(Stop.SHUT_DOWN);

        assertThat(turn.stopped()).contains(Stop.CANCELLED);
    }

    @Test
    void stopsNoTurnThatIsBeingEnded() {
        turn.takeEnding();

        turn.stop(Stop.CANCELLED);

        assertThat(turn.stopped()).isEmpty();
    }

    @Test
    void runsTurnOnceInAnAttempt() {
        RunningTurns running = new RunningTurns();

        assertThat(running.add(turn)).isTrue();
        assertThat(running.add(inAttempt(1))).isFalse();
        assertThat(running.find(id)).containsSame(turn);
    }

    @Test
    void keepsLaterAttemptWhereTheEarlierOneIsOver() {
        RunningTurns running = new RunningTurns();
        RunningTurn later = inAttempt(2);
        running.add(turn);

        assertThat(running.add(later)).isTrue();
        running.remove(turn);

        assertThat(running.find(id)).containsSame(later);
    }

    @Test
    void givesPlaceBackOnceHoweverOftenItIsLeft() {
        place.leave();
        place.leave();

        inFlight.enter();

        assertThatThrownBy(inFlight::enter).isInstanceOf(TooManyTurns.class);
    }

    private RunningTurn inAttempt(int attempt) {
        Ledger.Opened opened =
                new Ledger.Opened(
                        new Fence(id, new RunnerId(UUID.randomUUID()), attempt),
                        new UserId(UUID.randomUUID()),
                        ConversationId.next(),
                        AgentType.ASSISTANT,
                        Instant.now(),
                        false,
                        Acquaintance.NONE,
                        List.of(),
                        List.of());
        return new RunningTurn(opened, place, Context.root());
    }
}
