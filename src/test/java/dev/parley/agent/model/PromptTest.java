package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentRequest.ChatMessage;
import dev.parley.agent.AgentRequest.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model with a context of 4,000 tokens, of which it reads 3,000. */
class PromptTest {

    private static final int CONTEXT = 4_000;
    private static final int READABLE = 3_000;
    private static final ArrayNode NO_TOOLS = JsonNodeFactory.instance.arrayNode();

    @Test
    void historyThatFitsExactlyIsWhole() {
        List<ChatMessage> messages =
                List.of(user(1_000), reply(1_000), user(500), reply(300), user(100));

        ArrayNode sent = prompt(100, messages).messages();

        assertThat(tokens(sent)).isEqualTo(READABLE);
        assertThat(roles(sent))
                .containsExactly("system", "user", "assistant", "user", "assistant", "user");
    }

    @Test
    void historyOfOneTokenMoreLosesItsOldestExchange() {
        List<ChatMessage> messages =
                List.of(user(1_000), reply(1_000), user(500), reply(301), user(100));

        ArrayNode sent = prompt(100, messages).messages();

        assertThat(tokens(sent)).isEqualTo(READABLE + 1 - 2_000);
        assertThat(roles(sent)).containsExactly("system", "user", "assistant", "user");
    }

    /** The reply alone would fit. */
    @Test
    void replyIsNotSentWithoutItsMessage() {
        ArrayNode sent =
                prompt(100, List.of(user(2_700), reply(100), user(400), reply(50), user(100)))
                        .messages();

        assertThat(roles(sent)).containsExactly("system", "user", "assistant", "user");
        assertThat(sent.get(1).path("content").asText()).hasSize(3 * (400 - 8));
    }

    /** What is older does not follow where something newer was left out. */
    @Test
    void historyHasNoGap() {
        ArrayNode sent =
                prompt(
                                100,
                                List.of(
                                        user(50),
                                        reply(50),
                                        user(2_900),
                                        reply(50),
                                        user(50),
                                        user(100)))
                        .messages();

        assertThat(roles(sent)).containsExactly("system", "user", "user");
    }

    @Test
    void messageThatFitsExactlyIsSentAlone() {
        ArrayNode sent = prompt(100, List.of(user(50), reply(50), user(2_900))).messages();

        assertThat(tokens(sent)).isEqualTo(READABLE);
        assertThat(roles(sent)).containsExactly("system", "user");
    }

    @Test
    void messageOfOneTokenMoreFailsAndSaysWhatToDo() {
        Prompt prompt = prompt(100, List.of(user(2_901)));

        assertThatThrownBy(prompt::messages)
                .isInstanceOf(AgentFailed.class)
                .hasMessageContaining("about 3001 tokens, and the model reads 3000")
                .hasMessageContaining("Send a shorter message.");
    }

    @Test
    void definitionsOfToolsAreCounted() {
        ArrayNode tools = JsonNodeFactory.instance.arrayNode().add("a".repeat(3 * 698));

        // 702 with the brackets and quotes, and 200 for what a template says about tools
        ArrayNode fitting =
                prompt(100, tools, List.of(user(1_000), user(2_900 - 902 - 1_000))).messages();
        ArrayNode tooLong =
                prompt(100, tools, List.of(user(1_000), user(2_901 - 902 - 1_000))).messages();

        assertThat(roles(fitting)).containsExactly("system", "user", "user");
        assertThat(roles(tooLong)).containsExactly("system", "user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"中", "😀", "👩‍👩‍👧", "é", "\n"})
    void textOfAnyScriptFits(String character) {
        List<ChatMessage> messages = new ArrayList<>();
        for (int index = 0; index < 100; index++) {
            messages.add(new ChatMessage(Role.USER, character.repeat(30)));
            messages.add(new ChatMessage(Role.ASSISTANT, character.repeat(31)));
        }
        messages.add(new ChatMessage(Role.USER, character));

        ArrayNode sent = prompt(100, messages).messages();

        long exchange = tokens(sent.get(1)) + tokens(sent.get(2));
        assertThat(tokens(sent)).isBetween(READABLE - exchange + 1, (long) READABLE);
        assertThat(roles(sent).get(1)).isEqualTo("user");
        assertThat(sent.get(sent.size() - 1).path("content").asText()).isEqualTo(character);
    }

    @Test
    void roundsOfTheTurnTakeTheSpaceOfTheHistory() {
        Prompt prompt =
                prompt(100, List.of(user(1_000), reply(500), user(300), reply(100), user(100)));

        addRound(prompt, "1", "a".repeat(3 * 1_000));

        assertThat(roles(prompt.messages()))
                .containsExactly("system", "user", "assistant", "user", "assistant", "tool");
        addRound(prompt, "2", "a".repeat(3 * 1_400));
        assertThat(roles(prompt.messages()))
                .containsExactly("system", "user", "assistant", "tool", "assistant", "tool");
    }

    @Test
    void roundsThatOutgrowTheContextHaveTheirOldestResultsShortened() {
        Prompt prompt = prompt(100, List.of(user(100), reply(100), user(100)));
        for (String id : List.of("1", "2", "3", "4", "5")) {
            addRound(prompt, id, "a".repeat(3 * 800));

            ArrayNode sent = prompt.messages();

            assertThat(tokens(sent)).as(id).isLessThanOrEqualTo(READABLE);
            assertCallsHaveTheirResults(sent);
        }

        List<String> results =
                StreamSupport.stream(prompt.messages().spliterator(), false)
                        .filter(message -> message.path("role").asText().equals("tool"))
                        .map(message -> message.path("content").asText())
                        .toList();
        assertThat(results.subList(0, 2))
                .allSatisfy(result ->
                        assertThat(result)
                                .startsWith("a".repeat(300) + "\n[cut: the first 300 of 2400"));
        assertThat(results.get(2)).containsPattern("^a{301,}\n\\[cut: the first \\d+ of 2400");
        assertThat(results.subList(3, 5)).allMatch(result -> result.equals("a".repeat(2_400)));
        assertThat(tokens(prompt.messages())).isBetween(READABLE - 5L, (long) READABLE);
    }

    @Test
    void shortenedResultEndsInNoHalfPair() {
        Prompt prompt = prompt(100, List.of(user(100)));

        addRound(prompt, "1", "a" + "😀".repeat(2_000));

        JsonNode result = prompt.messages().get(3);
        assertThat(result.path("content").asText()).containsPattern("^a(😀)+\n\\[cut: ");
        assertThat(tokens(prompt.messages())).isBetween(READABLE - 5L, (long) READABLE);
    }

    @Test
    void exchangeThatDoesNotFitAlthoughItIsShortenedFailsAndSaysWhatToDo() {
        Prompt prompt = prompt(100, List.of(user(100)));
        for (int round = 0; round < 30; round++) {
            addRound(prompt, "1", "a".repeat(3_000));
        }

        assertThatThrownBy(prompt::messages)
                .isInstanceOf(AgentFailed.class)
                .hasMessageContaining("reads 3000 tokens. Ask for less at once.");
    }

    @Test
    void summaryComesBeforeHistory() {
        List<ChatMessage> messages =
                List.of(user(1_000), reply(1_000), user(500), reply(300), user(100));

        ArrayNode sent = summarized("word ".repeat(100), messages).messages();

        assertThat(sent.get(0).path("content").asText())
                .endsWith("<summary>\n\"%s\"\n</summary>".formatted("word ".repeat(100)));
        assertThat(tokens(sent)).isLessThanOrEqualTo(READABLE);
        assertThat(roles(sent)).containsExactly("system", "user", "assistant", "user");
    }

    @Test
    void summaryHasAtMostAQuarterOfWhatIsRead() {
        ArrayNode sent = summarized("word ".repeat(2_000), List.of(user(100))).messages();

        assertThat(sent.get(0).path("content").asText()).endsWith(" [cut]\"\n</summary>");
        assertThat(tokens(sent) - 200).isBetween(READABLE / 5L, READABLE / 4L);
    }

    /** Each of its characters is six in JSON. */
    @Test
    void summaryThatGrowsByItsQuotesFits() {
        ArrayNode sent = summarized("<".repeat(700), List.of(user(100))).messages();

        assertThat(sent.get(0).path("content").asText()).contains("\\u003c");
        assertThat(tokens(sent) - 200).isLessThanOrEqualTo(READABLE / 4L);
    }

    @Test
    void summaryIsLeftOutRatherThanTheMessage() {
        ArrayNode sent =
                summarized("word ".repeat(100), List.of(user(50), reply(50), user(2_900)))
                        .messages();

        assertThat(tokens(sent)).isEqualTo(READABLE);
        assertThat(roles(sent)).containsExactly("system", "user");
        assertThat(sent.get(0).path("content").asText()).doesNotContain("<summary>");
    }

    /** With a system message of 100 tokens. */
    private static Prompt summarized(String summary, List<ChatMessage> messages) {
        return new Prompt(CONTEXT, text(100), NO_TOOLS, Optional.of(summary), messages);
    }

    private static Prompt prompt(int systemTokens, List<ChatMessage> messages) {
        return prompt(systemTokens, NO_TOOLS, messages);
    }

    private static Prompt prompt(int systemTokens, ArrayNode tools, List<ChatMessage> messages) {
        return new Prompt(CONTEXT, text(systemTokens), tools, Optional.empty(), messages);
    }

    /** A message of so many tokens. */
    private static ChatMessage user(int tokens) {
        return new ChatMessage(Role.USER, text(tokens));
    }

    private static ChatMessage reply(int tokens) {
        return new ChatMessage(Role.ASSISTANT, text(tokens));
    }

    private static String text(int tokensOfMessage) {
        return "a".repeat(3 * (tokensOfMessage - TokenEstimate.PER_MESSAGE));
    }

    private static void addRound(Prompt prompt, String id, String result) {
        ObjectNode calls =
                JsonNodeFactory.instance.objectNode().put("role", "assistant").put("content", "");
        calls.putArray("tool_calls").addObject().put("id", id);
        prompt.addCalls(calls);
        prompt.addResult(id, result);
    }

    private static void assertCallsHaveTheirResults(ArrayNode sent) {
        for (int index = 0; index < sent.size(); index++) {
            JsonNode message = sent.get(index);
            if (message.path("role").asText().equals("tool")) {
                assertThat(sent.get(index - 1).path("tool_calls").get(0).path("id"))
                        .isEqualTo(message.path("tool_call_id"));
            } else if (message.has("tool_calls")) {
                assertThat(sent.get(index + 1).path("role").asText()).isEqualTo("tool");
            }
        }
    }

    private static List<String> roles(ArrayNode messages) {
        return StreamSupport.stream(messages.spliterator(), false)
                .map(message -> message.path("role").asText())
                .toList();
    }

    private static long tokens(ArrayNode messages) {
        return StreamSupport.stream(messages.spliterator(), false)
                .mapToLong(PromptTest::tokens)
                .sum();
    }

    private static long tokens(JsonNode message) {
        return TokenEstimate.PER_MESSAGE
                + TokenEstimate.of(message.path("content").asText())
                + TokenEstimate.of(message.path("tool_call_id").asText())
                + (message.has("tool_calls")
                        ? TokenEstimate.of(message.path("tool_calls").toString())
                        : 0);
    }
}
