package dev.parley.turn.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentType;
import dev.parley.agent.DelegationStatus;
import dev.parley.agent.FinishReason;
import dev.parley.agent.Usage;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where in the text each event lies, in memory and as JSON. */
class EventOffsetsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final EventOffsets offsets = new EventOffsets();

    @Test
    void endsAtNothingBeforeFirstEvent() {
        assertThat(offsets.count()).isZero();
        assertThat(offsets.end()).isZero();
        assertThat(offsets.end(-1)).isZero();
    }

    @Test
    void keepsEndOfEachOfManyDeltas() {
        for (int end = 1; end <= 100; end++) {
            offsets.appendText(end * 3);
        }

        assertThat(offsets.count()).isEqualTo(100);
        for (int index = 0; index < 100; index++) {
            assertThat(offsets.end(index)).isEqualTo((index + 1) * 3);
        }
        assertThat(offsets.end()).isEqualTo(300);
    }

    @Test
    void makesTextNoLongerByTool() {
        offsets.appendText(4);

        offsets.appendToolEvent(called("t", JSON.createObjectNode()));

        assertThat(offsets.count()).isEqualTo(2);
        assertThat(offsets.end(1)).isEqualTo(4);
        assertThat(offsets.toolEvent(0)).isEmpty();
        assertThat(offsets.toolEvent(1)).isPresent();
    }

    @Test
    void findsNoToolWhereThereIsNone() {
        offsets.appendText(1);

        assertThat(offsets.toolEvent(0)).isEmpty();
    }

    @Test
    void joinsDeltasUpToNextTool() {
        offsets.appendText(1);
        offsets.appendText(2);
        offsets.appendToolEvent(called("t", JSON.createObjectNode()));
        offsets.appendText(3);
        offsets.appendText(4);

        assertThat(offsets.lastDelta(0)).isEqualTo(1);
        assertThat(offsets.lastDelta(1)).isEqualTo(1);
        assertThat(offsets.lastDelta(3)).isEqualTo(4);
        assertThat(offsets.lastDelta(4)).isEqualTo(4);
    }

    @Test
    void writesLengthOfEachDeltaAndEachTool() {
        offsets.appendText(3);
        offsets.appendText(10);
        offsets.appendToolEvent(called("t", JSON.createObjectNode().put("a", 1)));
        offsets.appendToolEvent(
                new AgentEvent.ToolReturned("2", "t", false, Duration.ofMillis(12)));
        offsets.appendText(11);

        assertThat(offsets.encode(0, 5).toString())
                .isEqualTo(
                        "[3,7,{\"called\":\"t\",\"with\":{\"a\":1},\"step\":\"2\"},{\"returned\":\"t\",\"ok\":false,\"ms\":12,\"step\":\"2\"},1]");
        assertThat(offsets.encode(1, 3).toString())
                .isEqualTo("[7,{\"called\":\"t\",\"with\":{\"a\":1},\"step\":\"2\"}]");
        assertThat(offsets.encode(2, 2).toString()).isEqualTo("[]");
    }

    @Test
    void readsWhatItWrites() {
        offsets.appendText(3);
        offsets.appendToolEvent(called("t", JSON.createObjectNode().put("a", 1)));
        offsets.appendToolEvent(new AgentEvent.ToolReturned("2", "t", true, Duration.ofMillis(12)));
        offsets.appendText(9);
        EventOffsets read = new EventOffsets();

        offsets.encode(0, offsets.count()).forEach(read::decode);

        assertThat(read.count()).isEqualTo(4);
        assertThat(read.end()).isEqualTo(9);
        for (int index = 0; index < 4; index++) {
            assertThat(read.toolEvent(index)).isEqualTo(offsets.toolEvent(index));
            assertThat(read.end(index)).isEqualTo(offsets.end(index));
        }
    }

    /** As an earlier version has stored it. */
    @Test
    void readsToolWithoutStep() {
        offsets.decode(read("{\"called\":\"t\",\"with\":{}}"));

        assertThat(offsets.toolEvent(0))
                .contains(new AgentEvent.ToolCalled("", "t", JSON.createObjectNode()));
        assertThat(offsets.encode(0, 1).toString()).isEqualTo("[{\"called\":\"t\",\"with\":{}}]");
    }

    /** An earlier version, which reads "called" and "with", refuses what has neither. */
    @Test
    void writesDelegationSoThatEarlierVersionReadsCallOfTool() {
        AgentEvent started =
                new AgentEvent.Delegated("2", new AgentType("echo"), DelegationStatus.STARTED);

        offsets.appendToolEvent(started);

        JsonNode encoded = offsets.encode(0, 1).get(0);
        assertThat(encoded.toString())
                .isEqualTo(
                        "{\"called\":\"delegate\",\"delegated\":\"2\",\"with\":{\"agent_type\":\"echo\",\"status\":\"started\"}}");
        EventOffsets read = new EventOffsets();
        read.decode(encoded);
        assertThat(read.toolEvent(0)).contains(started);
    }

    @Test
    void readsDelegationOfLaterVersionAsCallOfTool() {
        offsets.decode(
                read(
                        "{\"called\":\"delegate\",\"delegated\":\"2\",\"with\":{\"status\":\"tired\"}}"));

        assertThat(nameAt(0)).isEqualTo("delegate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"text\"", "null", "true", "{}", "[1]", "1.5", "3000000000"})
    void refusesMarkItDoesNotWrite(String garbage) {
        assertThatThrownBy(() -> offsets.decode(read(garbage)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(offsets.count()).isZero();
    }

    @Test
    void refusesTextLongerThanNumbersGo() {
        offsets.appendText(Integer.MAX_VALUE);

        assertThatThrownBy(() -> offsets.decode(read("1"))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void shortensNameOfTool() {
        offsets.appendToolEvent(called("n".repeat(64), JSON.createObjectNode()));
        offsets.appendToolEvent(called("n".repeat(65), JSON.createObjectNode()));
        offsets.appendToolEvent(
                new AgentEvent.ToolReturned("2", "n".repeat(1_000), true, Duration.ZERO));

        assertThat(nameAt(0)).isEqualTo("n".repeat(64));
        assertThat(nameAt(1)).isEqualTo("n".repeat(64));
        assertThat(nameAt(2)).isEqualTo("n".repeat(64));
    }

    @Test
    void replacesWhatCannotBeStoredInNameOfTool() {
        offsets.appendToolEvent(called("a\0b\uD83D", JSON.createObjectNode()));
        offsets.appendToolEvent(new AgentEvent.ToolReturned("2", "a\0b", true, Duration.ZERO));

        assertThat(nameAt(0)).isEqualTo("a\uFFFDb\uFFFD");
        assertThat(nameAt(1)).isEqualTo("a\uFFFDb");
    }

    @Test
    void keepsArgumentsUpToTheirLimit() {
        JsonNode atLimit = TextNode.valueOf("x".repeat(1_998));

        offsets.appendToolEvent(called("t", atLimit));

        assertThat(atLimit.toString()).hasSize(2_000);
        assertThat(argumentsAt(0)).isEqualTo(atLimit);
    }

    @Test
    void leavesOutArgumentsBeyondTheirLimit() {
        offsets.appendToolEvent(called("t", TextNode.valueOf("x".repeat(1_999))));

        assertThat(argumentsAt(0))
                .isEqualTo(JsonNodeFactory.instance.objectNode().put("omitted_characters", 2_001));
    }

    @Test
    void leavesOutArgumentsThatCannotBeStored() {
        offsets.appendToolEvent(called("t", TextNode.valueOf("half \uD83D")));

        assertThat(argumentsAt(0).has("omitted_characters")).isTrue();
    }

    @Test
    void writesNoEventThatIsNoTool() {
        AgentEvent delta = new AgentEvent.ReplyDelta("a");
        AgentEvent tokens = new AgentEvent.TokensUsed("m", Usage.NONE);
        offsets.appendToolEvent(delta);
        offsets.appendToolEvent(tokens);
        offsets.appendToolEvent(new AgentEvent.Finished(FinishReason.STOP));

        assertThatThrownBy(() -> offsets.encode(0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> offsets.encode(1, 2)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> offsets.encode(2, 3)).isInstanceOf(IllegalStateException.class);
    }

    private static AgentEvent called(String name, JsonNode arguments) {
        return new AgentEvent.ToolCalled("2", name, arguments);
    }

    private String nameAt(int index) {
        return switch (offsets.toolEvent(index).orElseThrow()) {
            case AgentEvent.ToolCalled called -> called.name();
            case AgentEvent.ToolReturned returned -> returned.name();
            case AgentEvent other -> throw new IllegalStateException("no tool: " + other);
        };
    }

    private JsonNode argumentsAt(int index) {
        return Optional.of((AgentEvent.ToolCalled) offsets.toolEvent(index).orElseThrow())
                .map(AgentEvent.ToolCalled::arguments)
                .orElseThrow();
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
