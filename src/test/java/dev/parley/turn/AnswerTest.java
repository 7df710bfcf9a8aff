package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.arjuna.ats.jta.TransactionManager;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.Usage;
import dev.parley.platform.identity.UserId;
import dev.parley.testing.Configured;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the agent says, made fit to be stored. */
class AnswerTest {

    private static final String ROCKET = "\uD83D\uDE80";

    private final TurnStream stream =
            new TurnStream(new UserId(new UUID(0, 7)), Streams.running(), 1);
    private final Answer answer = answer(10);

    @Test
    void tellsEachDeltaAsItComes() {
        say("one ", "two");

        assertThat(stream.telling()).isEqualTo(new Telling("one two", "[4,3]"));
    }

    @Test
    void keepsHalfCharacterUntilOtherHalfComes() {
        say("a\uD83D");
        assertThat(stream.telling()).isEqualTo(new Telling("a", "[1]"));

        say("\uDE80b");

        assertThat(stream.telling()).isEqualTo(new Telling("a" + ROCKET + "b", "[1,3]"));
        answer.finish();
        assertThat(stream.telling().text()).isEqualTo("a" + ROCKET + "b");
    }

    @Test
    void tellsNothingOfDeltaThatIsHalfCharacterOnly() {
        say("\uD83D");
        assertThat(stream.pieces()).isZero();

        say("\uDE80");

        assertThat(stream.telling()).isEqualTo(new Telling(ROCKET, "[2]"));
    }

    @Test
    void replacesHalfThatStaysHalf() {
        say("a\uD83D");

        answer.finish();
        answer.finish();

        assertThat(stream.telling()).isEqualTo(new Telling("a\uFFFD", "[1,1]"));
    }

    @Test
    void replacesWhatDatabaseDoesNotKeep() {
        say("a\0b", "\uDE80");

        assertThat(stream.telling().text()).isEqualTo("a\uFFFDb\uFFFD");
    }

    @Test
    void failsOnceReplyIsLongerThanItMay() {
        say("12345", "67890");

        assertThatThrownBy(() -> say("1"))
                .isInstanceOf(AgentFailed.class)
                .hasMessageContaining("10 characters");
        assertThat(stream.length()).isEqualTo(10);
    }

    @Test
    void failsWhereAgentSaidNothing() {
        assertThatThrownBy(answer::requireSomething).isInstanceOf(AgentFailed.class);

        say("", " ", "\n\t");
        assertThatThrownBy(answer::requireSomething).isInstanceOf(AgentFailed.class);

        say("x");
        assertThatCode(answer::requireSomething).doesNotThrowAnyException();
    }

    @Test
    void isNotEmptyAgainByBlankAtItsEnd() {
        say("x", " ");

        assertThatCode(answer::requireSomething).doesNotThrowAnyException();
    }

    @Test
    void addsUpTokensOfAllRounds() {
        assertThat(answer.usage()).isEqualTo(Usage.NONE);

        answer.accept(new AgentEvent.TokensUsed(new Usage(11, 7)));
        answer.accept(new AgentEvent.TokensUsed(new Usage(100, 20)));

        assertThat(answer.usage()).isEqualTo(new Usage(111, 27));
        assertThat(stream.pieces()).isZero();
    }

    @Test
    void tellsOfToolsWhereTheyAreUsed() {
        say("a");
        answer.accept(new AgentEvent.ToolCalled("t", JsonNodeFactory.instance.objectNode()));
        answer.accept(new AgentEvent.ToolReturned("t", true, Duration.ofMillis(3)));
        say("b");

        assertThat(stream.telling().trail())
                .isEqualTo(
                        "[1,{\"called\":\"t\",\"with\":{}},{\"returned\":\"t\",\"ok\":true,\"ms\":3},1]");
    }

    @Test
    void stopsAgentWhoseTurnWasEndedWithoutIt() {
        say("a\uD83D");
        stream.seal();

        assertThatThrownBy(() -> say("b")).isInstanceOf(AgentStopped.class);
        assertThatCode(answer::finish).doesNotThrowAnyException();
        assertThat(stream.telling().text()).isEqualTo("a");
    }

    private void say(String... deltas) {
        for (String delta : deltas) {
            answer.accept(new AgentEvent.ReplyDelta(delta));
        }
    }

    private Answer answer(int longest) {
        return new Answer(
                stream,
                longest,
                new NothingHeld(
                        Configured.as(TurnConfig.class),
                        TransactionManager.transactionManager(),
                        new SimpleMeterRegistry()));
    }
}
