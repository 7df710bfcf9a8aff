package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The agents that are shipped, in a trial without a model. */
@ParleyTest
@TestProfile(OfflineCatalogueTest.NoModel.class)
class OfflineCatalogueTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "assistant",
                "offline",
                "operations",
                "market_intelligence",
                "digitalization",
                "supervisor"
            })
    void agentWithToolsForTasksWorksOnTasks(String agent) {
        ModelStub.forget();
        Person person = Person.registered();

        ApiResponse answer = person.says("Add a task: check the pump tomorrow", agent);

        assertThat(answer.reply()).startsWith("I have added \"check the pump\"");
        assertThat(person.gets("/api/tasks").json().path("data")).hasSize(1);
        assertThat(ModelStub.calls()).isZero();
    }

    @Test
    void newsListsNotifications() {
        Person person = Person.registered();
        person.puts("/api/me/agents/news", "");

        assertThat(person.says("What is new?", "news").reply()).startsWith("There is nothing new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Good morning", "Add a task: buy milk", "help", "Remember that I am 7"})
    void translationSaysThatItNeedsModel(String message) {
        assertThat(Person.registered().says(message, "translation").reply())
                .isEqualTo(
                        "Translation needs a language model for its work, and none is configured"
                                + " here: an operator can set PARLEY_MODEL_BASE_URL. Without a"
                                + " model I can do nothing with your message.");
    }

    @Test
    void agentOffersOnlyWhatItsToolsAllow() {
        Person person = Person.registered();

        assertThat(person.says("help", "market_intelligence").reply())
                .startsWith(
                        "Market intelligence needs a language model for its work, and none is"
                                + " configured here")
                .contains("I work on your tasks. You can say, for example:", "- What is overdue?")
                .doesNotContain("Delete", "Complete", "Remember");
        assertThat(person.says("Delete buy milk", "market_intelligence").reply())
                .startsWith("I have no tool for that.");
    }

    @ParameterizedTest
    @CsvSource({"assistant", "offline", "supervisor"})
    void assistantsOfferAllThatTheyDoWithoutModel(String agent) {
        assertThat(Person.registered().says("help", agent).reply())
                .startsWith("I work on your tasks, and remember what you ask me to. You can say,")
                .contains("- Delete buy milk", "- Remember that my favourite colour is green");
    }

    @Test
    void supervisorSaysInOneLineWhichWorkersNeedModel() {
        assertThat(Person.registered().says("Compare two pumps", "supervisor").reply())
                .startsWith("## news\n\nThere is nothing new")
                .endsWith(
                        "\n\nWithout a language model, no answer came from operations,"
                                + " market_intelligence, digitalization, translation. An operator"
                                + " can set PARLEY_MODEL_BASE_URL.")
                .doesNotContain("You can say");
    }

    @Test
    void supervisorWhoseWorkersAllNeedModelSaysWhatItDoesItself() {
        assertThat(Person.registered().says("Compare two pumps", "lone_supervisor").reply())
                .isEqualTo(
                        "I did not understand that. I work on your tasks; write \"help\" for"
                                + " examples.\n\nWithout a language model, no answer came from"
                                + " operations, translation. An operator can set"
                                + " PARLEY_MODEL_BASE_URL.");
    }

    /** As Parley is started for trying out, with one more supervisor. */
    public static final class NoModel implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.model.base-url",
                    "",
                    "parley.agents.\"lone_supervisor\".instructions",
                    "Delegate.",
                    "parley.agents.\"lone_supervisor\".tools",
                    "list_tasks",
                    "parley.agents.\"lone_supervisor\".workers",
                    "operations,translation");
        }
    }
}
