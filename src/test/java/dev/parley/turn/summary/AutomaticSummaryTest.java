package dev.parley.turn.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.testing.Database;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Turns of long conversations start steps after their end. */
@ParleyTest
@TestProfile(AutomaticSummaryTest.Automatic.class)
class AutomaticSummaryTest {

    private static final int RECENT = 20;
    private static final int BATCH = 20;

    @Inject MeterRegistry meters;
    @Inject SummarySteps steps;

    private final Database database = Postgres.database();
    private Person person = new Person("", new UUID(0, 0), "");

    @BeforeEach
    void register() {
        person = Person.registered();
        ModelStub.forget();
    }

    @Test
    void longConversationCatchesUpAfterTurn() {
        String conversation = person.says("first", "echo").text("conversation_id");
        database.lengthen(conversation, 1_000, "text");

        person.says("hello", "echo", conversation);

        Wait.until(() -> summarized(conversation) == 1_002 - RECENT);
        assertThat(ModelStub.calls()).isEqualTo(5);
        assertThat(database.usedBy(person)).isEqualTo(2);
    }

    /** Whatever the model reads is a message of its own or in the summary. */
    @Test
    void nothingIsUnreadBetweenSummaryAndHistory() {
        String conversation = person.says("message 1", "assistant").text("conversation_id");
        for (int number = 2; number <= 60; number++) {
            person.says("message " + number, "assistant", conversation);
            int known = summarized(conversation);
            Wait.until(() -> !isDue(conversation));

            Set<String> read = new HashSet<>(contents(lastTurnRequest()));
            for (int position = known + 1; position < 2 * number; position += 2) {
                assertThat(read).contains("message " + (position + 1) / 2);
            }
        }
        assertThat(summarized(conversation)).isGreaterThanOrEqualTo(120 - RECENT - BATCH);
        // Not after each turn
        assertThat(ModelStub.summaryRequests()).hasSizeBetween(4, 6);
    }

    @Test
    void stepBeginsWithTheBatch() {
        String conversation = person.says("first", "echo").text("conversation_id");
        database.lengthen(conversation, RECENT + BATCH - 2, "text");

        assertThat(isDue(conversation)).isFalse();
        person.says("hello", "echo", conversation);
        Wait.until(() -> summarized(conversation) == BATCH);
    }

    /** A model that fails is not asked again by the next turn. */
    @Test
    void failedStepRests() {
        String conversation = person.says("first", "echo").text("conversation_id");
        database.lengthen(conversation, 100, "text");
        ModelStub.summarizeAs(ModelStub.EMPTY);
        double failed = failed();
        person.says("hello", "echo", conversation);
        Wait.until(() -> failed() - failed == 1);
        Wait.until(() -> isReleased(conversation));

        assertThat(isDue(conversation)).isFalse();
        assertThat(ModelStub.calls()).isEqualTo(1);
        ModelStub.summarizeAs(ModelStub.SUMMARY);
        database.change(
                "update conversation_summaries set failed_at = now() - interval '2 minutes' where"
                        + " conversation_id = ?::uuid",
                conversation);
        person.says("hello", "echo", conversation);
        Wait.until(() -> summarized(conversation) == 104 - RECENT);
    }

    private int summarized(String conversation) {
        return (int)
                database.count(
                        "select coalesce(max(messages), 0) from conversation_summaries where"
                                + " conversation_id = ?::uuid",
                        conversation);
    }

    private boolean isReleased(String conversation) {
        return database.count(
                        "select count(*) from conversation_summaries where conversation_id ="
                                + " ?::uuid and claimed_until is null",
                        conversation)
                == 1;
    }

    private boolean isDue(String conversation) {
        return steps.isDue(
                new ConversationId(UUID.fromString(conversation)), new AgentType("echo"));
    }

    private double failed() {
        return meters.get("parley.summary.steps").tag("outcome", "failed").counter().count();
    }

    private static JsonObject lastTurnRequest() {
        List<JsonObject> ofSummaries = ModelStub.summaryRequests();
        return ModelStub.requests().stream()
                .filter(request -> !ofSummaries.contains(request))
                .toList()
                .getLast();
    }

    private static List<String> contents(JsonObject request) {
        return request.getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .toList();
    }

    /** Free, as by default. */
    public static final class Automatic implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.summary.mode", "automatic");
        }
    }
}
