package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.Usage;
import dev.parley.agent.model.ChatChunk.CallPart;
import dev.parley.agent.model.ChatChunk.Choice;
import dev.parley.agent.model.ChatChunk.Delta;
import dev.parley.agent.model.ChatChunk.FunctionPart;
import dev.parley.agent.tool.Round;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One round of the model, put together from its chunks. */
class CompletionAccumulatorTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode NO_ARGUMENTS = JsonNodeFactory.instance.objectNode();
    private static final int MAX_CALLS = 3;
    private static final int MAX_LENGTH = 64_000;

    private final List<AgentEvent> heard = new ArrayList<>();
    private final CompletionAccumulator completion =
            new CompletionAccumulator(MAX_CALLS, Duration.ZERO, heard::add);

    @Test
    void tellsEachPieceOfTextAsItComes() {
        say("one ");
        say("two");
        finish();

        assertThat(heard)
                .containsExactly(
                        new AgentEvent.ReplyDelta("one "), new AgentEvent.ReplyDelta("two"));
        assertThat(completion.round(JSON)).isEmpty();
    }

    @Test
    void tellsNoEmptyPiece() {
        say("");
        say(null);
        completion.accept(chunk(null));
        completion.accept(chunkOf(null, null));

        assertThat(heard).isEmpty();
    }

    @Test
    void failsWhereModelDidNotSayThatItHadFinished() {
        say("half of what");

        assertThatThrownBy(() -> completion.round(JSON))
                .isInstanceOf(AgentFailed.class)
                .hasMessageContaining("is incomplete");
    }

    @Test
    void staysFinishedWhateverComesBehind() {
        finish();
        say("more");
        completion.accept(chunkOf(null, tokens(1, 1)));

        assertThat(completion.round(JSON)).isEmpty();
    }

    @Test
    void takesLastOfGrowingTokensAndBothOfSeparateOnes() {
        assertThat(completion.usage()).isEqualTo(Usage.NONE);

        completion.accept(chunkOf(null, tokens(11, 0)));
        completion.accept(chunkOf(null, tokens(0, 7)));
        completion.accept(chunkOf(null, tokens(11, 9)));

        assertThat(completion.usage()).isEqualTo(new Usage(11, 9));
    }

    @Test
    void takesTextOfChunkThatTellsTokensToo() {
        completion.accept(chunkOf(new Choice(new Delta("a", null), "stop"), tokens(1, 1)));

        assertThat(heard).contains(new AgentEvent.ReplyDelta("a"));
        assertThat(completion.round(JSON)).isEmpty();
    }

    @Test
    void joinsPartsOfCallByTheirIndex() {
        part(0, "call_1", "add_", "{\"a\"");
        part(1, "call_2", "list", "{}");
        part(0, null, "task", ":1}");
        part(0, "", null, null);
        finish();

        assertThat(calls())
                .containsExactly(
                        new Round.Call(
                                "call_1",
                                "add_task",
                                JsonNodeFactory.instance.objectNode().put("a", 1)),
                        new Round.Call("call_2", "list", NO_ARGUMENTS));
    }

    @Test
    void takesEachCallWithoutIndexForWhole() {
        part(null, "call_1", "add", "{}");
        part(null, "call_2", "list", "{}");
        finish();

        assertThat(calls()).extracting(Round.Call::tool).containsExactly("add", "list");
    }

    @Test
    void takesPartsThatComeInOneChunk() {
        completion.accept(
                chunk(
                        new Delta(
                                null,
                                List.of(
                                        new CallPart(0, "a", new FunctionPart("x", "{}")),
                                        new CallPart(1, "b", null)))));
        finish();

        assertThat(calls()).extracting(Round.Call::tool).containsExactly("x", "");
    }

    @Test
    void failsWhereModelAsksForMoreToolsThanItMay() {
        for (int index = 0; index < MAX_CALLS; index++) {
            part(index, "call_" + index, "t", "{}");
        }

        assertThatThrownBy(() -> part(MAX_CALLS, "call", "t", "{}"))
                .isInstanceOf(AgentFailed.class);
        assertThatThrownBy(() -> part(null, "call", "t", "{}")).isInstanceOf(AgentFailed.class);
        finish();
        assertThat(calls()).hasSize(MAX_CALLS);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, 2})
    void failsWhereCallsComeInNoOrder(int index) {
        assertThatThrownBy(() -> part(index, "call", "t", "{}")).isInstanceOf(AgentFailed.class);
    }

    @Test
    void failsWhereArgumentsAreLongerThanToolCanTake() {
        part(0, "call", "t", "x".repeat(MAX_LENGTH));

        assertThatThrownBy(() -> part(0, null, null, "x")).isInstanceOf(AgentFailed.class);
    }

    @Test
    void failsWhereNameIsLongerThanToolCanTake() {
        part(0, "call", "x".repeat(MAX_LENGTH), null);

        assertThatThrownBy(() -> part(0, null, "x", null)).isInstanceOf(AgentFailed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":", "[1]", "7", "\"text\"", "call it"})
    void argumentsThatAreNoObjectStayAsText(String malformed) {
        part(0, "call", "t", malformed);
        finish();

        assertThat(calls()).containsExactly(new Round.Call("call", "t", new TextNode(malformed)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "{}"})
    void toolWithoutArgumentsMayBeCalledWithNothing(String nothing) {
        part(0, "call", "t", nothing);
        finish();

        assertThat(calls()).containsExactly(new Round.Call("call", "t", NO_ARGUMENTS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"prompt_tokens":-5,"completion_tokens":7}                    | 0 | 7
                    {"prompt_tokens":1.5,"completion_tokens":"many"}              | 0 | 0
                    {"prompt_tokens":1e30,"completion_tokens":99999999999999999999} | 0 | 0
                    {"completion_tokens":3}                                       | 0 | 3
                    """)
    void countThatIsNoCountIsLeftOut(String usage, long input, long output) throws Exception {
        completion.accept(chunkOf(null, JSON.readTree(usage)));

        assertThat(completion.usage()).isEqualTo(new Usage(input, output));
    }

    @Test
    void usageThatIsNoObjectIsNoUsage() throws Exception {
        completion.accept(chunkOf(null, JSON.readTree("5")));

        assertThat(completion.usage()).isEqualTo(Usage.NONE);
    }

    @Test
    void countThatNoContextHasIsCutOff() {
        completion.accept(chunkOf(null, tokens(Long.MAX_VALUE, 1)));

        assertThat(completion.usage()).isEqualTo(new Usage(1_000_000_000, 1));
    }

    @Test
    void takesCachedTokensAsPartOfInput() throws Exception {
        completion.accept(
                chunkOf(
                        null,
                        JSON.readTree(
                                """
                                {"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":20},"completion_tokens":1}
                                """)));

        assertThat(completion.usage()).isEqualTo(new Usage(9, 9, 1, false));
    }

    @Test
    void estimatesTokensThatEndpointDoesNotReport() {
        say("six letters");

        assertThat(completion.usageOr(() -> 12)).isEqualTo(new Usage(12, 0, 4, true));
    }

    @Test
    void estimatesNothingWhereEndpointReports() {
        say("six letters");
        completion.accept(chunkOf(null, tokens(3, 2)));

        assertThat(completion.usageOr(() -> 12)).isEqualTo(new Usage(3, 2));
    }

    private List<Round.Call> calls() {
        return completion.round(JSON).orElseThrow().calls();
    }

    private static JsonNode tokens(long input, long output) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("prompt_tokens", input)
                .put("completion_tokens", output);
    }

    private void say(@Nullable String content) {
        completion.accept(chunk(new Delta(content, null)));
    }

    private void part(
            @Nullable Integer index,
            @Nullable String id,
            @Nullable String name,
            @Nullable String arguments) {
        completion.accept(
                chunk(
                        new Delta(
                                null,
                                List.of(
                                        new CallPart(
                                                index, id, new FunctionPart(name, arguments))))));
    }

    private void finish() {
        completion.accept(chunkOf(new Choice(null, "stop"), null));
    }

    private static ChatChunk chunkOf(@Nullable Choice choice, @Nullable JsonNode usage) {
        return new ChatChunk(null, null, choice, usage, false);
    }

    private static ChatChunk chunk(@Nullable Delta delta) {
        return chunkOf(new Choice(delta, null), null);
    }
}
