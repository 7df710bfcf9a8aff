package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the endpoint of a model receives is no more than the model reads, whatever it is asked. */
@ParleyTest
@TestProfile(ModelContextTest.SmallContext.class)
class ModelContextTest {

    /** Three quarters of the context. */
    private static final long READABLE = 3_072;

    private static final long NARROW = 768;

    private Person person = new Person("", new UUID(0, 0), "");

    @BeforeEach
    void register() {
        person = Person.registered();
        ModelStub.forget();
    }

    @ParameterizedTest
    @CsvSource({"'word ',60", "中,60", "😀,40", "é,100"})
    void longConversationFitsAndBeginsAtWholeExchange(String text, int times) {
        String conversation = conversationOfTwoThousandMessages(text, times);

        assertThat(person.says("the last", "reader", conversation).reply()).isEqualTo("the last");

        List<JsonObject> messages = messages(ModelStub.requests().getLast());
        long exchange = tokens(messages.get(1)) + tokens(messages.get(2));
        assertThat(tokens(ModelStub.requests().getLast()))
                .isBetween(READABLE - exchange + 1, READABLE);
        assertThat(messages.size()).isGreaterThan(5).isEven();
        int first = 1_001 - (messages.size() - 2) / 2;
        for (int index = 1; index < messages.size() - 1; index += 2) {
            int number = first + (index - 1) / 2;
            assertThat(content(messages.get(index))).startsWith("question " + number + " ");
            assertThat(content(messages.get(index + 1))).startsWith("answer " + number + " ");
        }
        assertThat(content(messages.getLast())).isEqualTo("the last");
    }

    @Test
    void agentMayReadLessThanItsEndpointAllows() {
        String conversation = conversationOfTwoThousandMessages("word ", 60);

        person.says("the last", "narrow", conversation);

        assertThat(tokens(ModelStub.requests().getLast())).isBetween(NARROW / 2, NARROW);
    }

    @Test
    void messageLargerThanTheContextFailsWithoutACallAndTheConversationGoesOn() {
        ApiResponse answer = person.says("x".repeat(9_300), "reader");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.code()).isEqualTo("agent_failed");
        assertThat(answer.text("detail"))
                .contains("and the model reads 3072. Send a shorter message.");
        assertThat(ModelStub.calls()).isZero();
        assertThat(person.says("shorter", "reader", answer.text("conversation_id")).reply())
                .isEqualTo("shorter");
    }

    @Test
    void roundsThatOutgrowTheContextKeepCallsWithTheirResults() {
        addLongTasks();

        assertThat(person.says(ModelStub.ENDLESS_TOOLS, "lister").text("detail"))
                .contains("after 10 rounds");

        assertThat(ModelStub.requests())
                .hasSize(11)
                .allSatisfy(request -> {
                    assertThat(tokens(request)).isLessThanOrEqualTo(READABLE);
                    assertCallsHaveTheirResults(messages(request));
                });
        List<JsonObject> last = messages(ModelStub.requests().getLast());
        assertThat(last).hasSize(2 + 2 * 10);
        assertThat(content(last.get(1))).isEqualTo(ModelStub.ENDLESS_TOOLS);
        assertThat(content(last.getLast())).contains("characters; call the tool again");
    }

    @Test
    void exchangeThatDoesNotFitFailsAndSaysWhatToDo() {
        ApiResponse answer = person.says("add " + "x".repeat(4_200), "adder");

        assertThat(answer.code()).isEqualTo("agent_failed");
        assertThat(answer.text("detail")).contains("reads 3072 tokens. Ask for less at once.");
        assertThat(ModelStub.calls()).isEqualTo(1);
    }

    @Test
    void workerReadsNoMoreThanItsOwnModel() {
        addLongTasks();

        assertThat(person.says("delegate lister: list tasks", "office").status()).isEqualTo(200);

        List<JsonObject> ofWorker =
                ModelStub.requests().stream()
                        .filter(request ->
                                content(messages(request).getFirst())
                                        .contains("The agent \"office\" wrote the task"))
                        .toList();
        assertThat(ofWorker).hasSize(2);
        assertThat(content(messages(ofWorker.getLast()).getLast()))
                .contains("characters; call the tool again");
        assertThat(ModelStub.requests())
                .allSatisfy(request -> assertThat(tokens(request)).isLessThanOrEqualTo(READABLE));
    }

    private void addLongTasks() {
        for (int number = 0; number < 6; number++) {
            person.posts(
                    "/api/tasks",
                    "{\"title\":\"t\",\"description\":\"%s\"}".formatted("d".repeat(3_900)));
        }
    }

    /** A thousand exchanges; the text is repeated in each message. */
    private String conversationOfTwoThousandMessages(String text, int times) {
        String conversation = person.says("first", "echo").text("conversation_id");
        Postgres.database().lengthen(conversation, 2_000, text.repeat(times));
        return conversation;
    }

    private static void assertCallsHaveTheirResults(List<JsonObject> messages) {
        for (int index = 2; index < messages.size(); index += 2) {
            assertThat(
                            messages.get(index)
                                    .getJsonArray("tool_calls")
                                    .getJsonObject(0)
                                    .getString("id"))
                    .isEqualTo(messages.get(index + 1).getString("tool_call_id"));
            assertThat(messages.get(index + 1).getString("role")).isEqualTo("tool");
        }
    }

    private static List<JsonObject> messages(JsonObject request) {
        return request.getJsonArray("messages").stream().map(JsonObject.class::cast).toList();
    }

    private static String content(JsonObject message) {
        return message.getString("content");
    }

    /** Of a request, or of a message. */
    private static long tokens(JsonObject json) {
        if (json.containsKey("messages")) {
            long tools =
                    json.containsKey("tools")
                            ? TokenEstimate.TOOLS
                                    + TokenEstimate.of(json.getJsonArray("tools").encode())
                            : 0;
            return tools + messages(json).stream().mapToLong(ModelContextTest::tokens).sum();
        }
        return TokenEstimate.PER_MESSAGE
                + TokenEstimate.of(content(json))
                + TokenEstimate.of(json.getString("tool_call_id", ""))
                + (json.containsKey("tool_calls")
                        ? TokenEstimate.of(json.getJsonArray("tool_calls").encode())
                        : 0);
    }

    /** Models with a context of 4,096 tokens, and one that is given 1,024. */
    public static final class SmallContext implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.model.context", "4096",
                    "parley.agents.\"reader\".instructions", "Read.",
                    "parley.agents.\"narrow\".instructions", "Read little.",
                    "parley.agents.\"narrow\".context", "1024",
                    "parley.agents.\"lister\".instructions", "List.",
                    "parley.agents.\"lister\".tools", "list_tasks",
                    "parley.agents.\"adder\".instructions", "Add.",
                    "parley.agents.\"adder\".tools", "add_task",
                    "parley.agents.\"office\".instructions", "Delegate.",
                    "parley.agents.\"office\".workers", "lister");
        }
    }
}
