package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.agent.Usage;
import dev.parley.agent.model.ChatChunk.CallPart;
import dev.parley.agent.model.ChatChunk.Choice;
import dev.parley.agent.model.ChatChunk.Delta;
import dev.parley.agent.model.ChatChunk.FunctionPart;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatChunkReaderTest {

    private final ChatChunkReader reader = new ChatChunkReader(new ObjectMapper());

    @Test
    void readsTextAmongFieldsOfNoUse() throws Exception {
        ChatChunk chunk =
                reader.read(
                        """
                        {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"stub-1",
                         "choices":[{"index":0,"logprobs":{"content":[{"token":"a"}]},
                          "delta":{"role":"assistant","annotations":[{}],"content":"\\u00fcber 🚀"},"finish_reason":null}],
                         "usage":null,"error":null}
                        """);

        assertThat(chunk)
                .isEqualTo(
                        new ChatChunk(
                                "chatcmpl-1",
                                "stub-1",
                                new Choice(new Delta("über 🚀", null), null),
                                null,
                                false));
    }

    @Test
    void readsPartsOfToolCalls() throws Exception {
        ChatChunk chunk =
                reader.read(
                        """
                        {"choices":[{"delta":{"tool_calls":[
                          {"index":0,"id":"call_1","type":"function","function":{"name":"add","arguments":"{\\"a\\""}},
                          {"function":{"arguments":":1}"}},
                          {"index":null,"function":null}]},"finish_reason":"tool_calls"}]}
                        """);

        assertThat(chunk.choice())
                .isEqualTo(
                        new Choice(
                                new Delta(
                                        null,
                                        List.of(
                                                new CallPart(
                                                        0,
                                                        "call_1",
                                                        new FunctionPart("add", "{\"a\"")),
                                                new CallPart(
                                                        null, null, new FunctionPart(null, ":1}")),
                                                new CallPart(null, null, null))),
                                "tool_calls"));
    }

    @Test
    void readsFirstChoiceOnly() throws Exception {
        ChatChunk chunk =
                reader.read(
                        """
                        {"choices":[{"delta":{"content":"first"}},{"delta":{"content":5},"finish_reason":"stop"}]}
                        """);

        assertThat(chunk.choice()).isEqualTo(new Choice(new Delta("first", null), null));
    }

    @Test
    void readsUsage() throws Exception {
        ChatChunk chunk =
                reader.read(
                        """
                        {"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13},"choices":[]}
                        """);

        assertThat(chunk.choice()).isNull();
        assertThat(chunk.tokens()).contains(new Usage(9, 4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"choices\":null}",
                "{\"choices\":[null]}",
                "{\"choices\":[{}],\"id\":null}"
            })
    void readsChunksThatSayNothing(String text) throws Exception {
        ChatChunk chunk = reader.read(text);

        assertThat(chunk.isError()).isFalse();
        assertThat(chunk.choice()).isIn(null, new Choice(null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"message\":\"overloaded\"}}",
                "{\"error\":\"overloaded\",\"choices\":[]}",
                "{\"error\":false}"
            })
    void recognisesErrors(String text) throws Exception {
        assertThat(reader.read(text).isError()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "5",
                "{",
                "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]",
                "{} {}",
                "{\"choices\":{}}",
                "{\"choices\":[[]]}",
                "{\"choices\":[{\"delta\":\"a\"}]}",
                "{\"choices\":[{\"delta\":{\"content\":[]}}]}",
                "{\"choices\":[{\"delta\":{\"content\":5}}]}",
                "{\"choices\":[{\"delta\":{\"tool_calls\":[null]}}]}",
                "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":\"0\"}]}}]}",
                "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":3000000000}]}}]}"
            })
    void refusesWhatIsNoChunk(String text) {
        assertThatThrownBy(() -> reader.read(text)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void refusesDeepNesting() {
        String nested = "{\"other\":" + "[".repeat(65) + "]".repeat(65) + "}";

        assertThatThrownBy(() -> reader.read(nested)).isInstanceOf(JsonProcessingException.class);
    }
}
