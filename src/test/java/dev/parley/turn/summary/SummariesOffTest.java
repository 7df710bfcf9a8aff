package dev.parley.turn.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.SummaryConfig;
import dev.parley.testing.Configured;
import dev.parley.testing.Database;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Without summaries nothing is written, read, asked or charged. */
@ParleyTest
@TestProfile(SummariesOffTest.Off.class)
class SummariesOffTest {

    private final Database database = Postgres.database();

    @Test
    void isTheDefault() {
        assertThat(Configured.as(SummaryConfig.class, Map.of()).mode())
                .isEqualTo(SummaryConfig.Mode.OFF);
    }

    @Test
    void requestIsRefusedAndCostsNothing() {
        Person person = Person.registered();
        String conversation = person.says("first", "echo").text("conversation_id");
        database.lengthen(conversation, 200, "text");
        ModelStub.forget();

        ApiResponse refused = person.posts("/api/conversations/" + conversation + "/summary", "");

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("summaries_off");
        assertThat(ModelStub.calls()).isZero();
        assertThat(database.usedBy(person)).isEqualTo(1);
    }

    @Test
    void summaryOfEarlierIsNotRead() {
        Person person = Person.registered();
        String conversation = person.says("first", "echo").text("conversation_id");
        database.change(
                "insert into conversation_summaries (conversation_id, content, step_id, claimed_at)"
                        + " values (?::uuid, 'old', ?, now())",
                conversation,
                UUID.randomUUID());
        ModelStub.forget();

        person.says("hello", "assistant", conversation);

        assertThat(ModelStub.requests().getLast().encode()).doesNotContain("<summary>");
    }

    /** As the default is; the other tests switch summaries on. */
    public static final class Off implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.summary.mode", "off");
        }
    }
}
