package dev.parley.turn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.arjuna.ats.jta.TransactionManager;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.Usage;
import dev.parley.platform.identity.UserId;
import dev.parley.testing.Configured;
import dev.parley.testing.Settings;
import dev.parley.turn.Streams;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.memory.TurnMemory;
import dev.parley.turn.memory.TurnMemoryTest;
import dev.parley.turn.stream.Transcript;
import dev.parley.turn.stream.TurnStream;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the agent says, made fit to be stored. */
class ReplyCollectorTest {

    private static final String ROCKET = "\uD83D\uDE80";

    private final TurnStream stream =
            new TurnStream(new UserId(new UUID(0, 7)), Streams.running(), 1);
    private final TurnMemory memory = TurnMemoryTest.of("16M");
    private final List<AgentEvent.TokensUsed> used = new ArrayList<>();
    private final ReplyCollector reply = answer(10);

    @Test
    void tellsEachDeltaAsItComes() {
        say("one ", "two");

        assertThat(stream.transcript()).isEqualTo(new Transcript("one two", "[4,3]"));
    }

    @Test
    void keepsHalfCharacterUntilOtherHalfComes() {
        say("a\uD83D");
        assertThat(stream.transcript()).isEqualTo(new Transcript("a", "[1]"));

        say("\uDE80b");

        assertThat(stream.transcript()).isEqualTo(new Transcript("a" + ROCKET + "b", "[1,3]"));
        reply.finish();
        assertThat(stream.transcript().text()).isEqualTo("a" + ROCKET + "b");
    }

    @Test
    void tellsNothingOfDeltaThatIsHalfCharacterOnly() {
        say("\uD83D");
        assertThat(stream.eventCount()).isZero();

        say("\uDE80");

        assertThat(stream.transcript()).isEqualTo(new Transcript(ROCKET, "[2]"));
    }

    @Test
    void replacesHalfThatStaysHalf() {
        say("a\uD83D");

        reply.finish();
        reply.finish();

        assertThat(stream.transcript()).isEqualTo(new Transcript("a\uFFFD", "[1,1]"));
    }

    @Test
    void replacesWhatDatabaseDoesNotKeep() {
        say("a\0b", "\uDE80");

        assertThat(stream.transcript().text()).isEqualTo("a\uFFFDb\uFFFD");
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
        assertThatThrownBy(reply::requireReply).isInstanceOf(AgentFailed.class);

        say("", " ", "\n\t");
        assertThatThrownBy(reply::requireReply).isInstanceOf(AgentFailed.class);

        say("x");
        assertThatCode(reply::requireReply).doesNotThrowAnyException();
    }

    @Test
    void isNotEmptyAgainByBlankAtItsEnd() {
        say("x", " ");

        assertThatCode(reply::requireReply).doesNotThrowAnyException();
    }

    @Test
    void passesOnTokensOfAllRounds() {
        AgentEvent.TokensUsed first = new AgentEvent.TokensUsed("m", new Usage(11, 7));
        AgentEvent.TokensUsed second = new AgentEvent.TokensUsed("m", new Usage(100, 20));

        reply.accept(first);
        reply.accept(second);

        assertThat(used).containsExactly(first, second);
        assertThat(stream.eventCount()).isZero();
    }

    @Test
    void tellsOfToolsWhereTheyAreUsed() {
        say("a");
        reply.accept(new AgentEvent.ToolCalled("", "t", JsonNodeFactory.instance.objectNode()));
        reply.accept(new AgentEvent.ToolReturned("", "t", true, Duration.ofMillis(3)));
        say("b");

        assertThat(stream.transcript().eventOffsets())
                .isEqualTo(
                        "[1,{\"called\":\"t\",\"with\":{}},{\"returned\":\"t\",\"ok\":true,\"ms\":3},1]");
    }

    @Test
    void stopsAgentWhoseTurnWasEndedWithoutIt() {
        say("a\uD83D");
        stream.seal();

        assertThatThrownBy(() -> say("b")).isInstanceOf(AgentStopped.class);
        assertThatCode(reply::finish).doesNotThrowAnyException();
        assertThat(stream.transcript().text()).isEqualTo("a");
    }

    private void say(String... deltas) {
        for (String delta : deltas) {
            reply.accept(new AgentEvent.ReplyDelta(delta));
        }
    }

    private ReplyCollector answer(int longest) {
        return new ReplyCollector(
                stream,
                stream::append,
                Settings.of(AgentConfig.class, "parley.agent.max-reply-length", "" + longest),
                memory.allocate(),
                used::add,
                new ConnectionHoldGuard(
                        Configured.as(TurnConfig.class),
                        TransactionManager.transactionManager(),
                        new SimpleMeterRegistry()));
    }
}
