package dev.parley.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.platform.identity.UserId;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tool makes of arguments; models give anything. */
@ParleyTest
class ToolArgumentsTest {

    @Inject ToolCatalogue catalog;
    @Inject ObjectMapper json;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    add_task        | {}                                  | The argument title is missing.
                    add_task        | []                                  | The argument title is missing.
                    add_task        | {"title": null}                     | The argument title is missing.
                    add_task        | {"title": "  "}                     | The argument title is missing.
                    add_task        | {"title": 7}                        | The argument title must be a text.
                    add_task        | {"title": ["a"]}                    | The argument title must be a text.
                    add_task        | {"title": "a", "priority": "huge"}  | The argument priority must be one of low, normal, high, urgent.
                    add_task        | {"title": "a", "priority": 1}       | The argument priority must be one of low, normal, high, urgent.
                    add_task        | {"title": "a", "due_on": "monday"}  | The argument due_on must be a date such as 2026-12-24.
                    add_task        | {"title": "a", "due_on": "2026-02-30"} | The argument due_on must be a date such as 2026-12-24.
                    add_task        | {"title": "a", "due_on": "+12345-01-01"} | The argument due_on must be a date such as 2026-12-24.
                    add_task        | {"title": "a", "due_on": "2026-12-24T10:00:00Z"} | The argument due_on must be a date such as 2026-12-24.
                    add_task        | {"title": "a", "due_on": 20261224}  | The argument due_on must be a date such as 2026-12-24.
                    add_task        | {"title": "a", "due_on": [2026, 12, 24]} | The argument due_on must be a date such as 2026-12-24.
                    change_task     | {"title": "a"}                      | The argument id is missing.
                    change_task     | {"id": "milk"}                      | The argument id must be an id as the tools give them.
                    change_task     | {"id": 1}                           | The argument id must be an id as the tools give them.
                    change_training | {"id": "019ac0de-0000-7000-8000-000000000000", "due_on": "soon"} | The argument due_on must be a date such as 2026-12-24.
                    change_training | {"id": "019ac0de-0000-7000-8000-000000000000", "next_step": 3} | The argument next_step must be a text.
                    remember        | {"key": "Favourite Colour", "value": "red"} | The argument key must consist of lower-case letters, digits, dots, dashes and underscores.
                    remember        | {}                                  | The argument key is missing. The argument value is missing.
                    set_skill       | {"name": "Java"}                    | The argument level is missing.
                    set_skill       | {"name": "Java", "level": "5"}      | The argument level must be a number from 1 to 5.
                    set_skill       | {"name": "Java", "level": 2.5}      | The argument level must be a number from 1 to 5.
                    set_skill       | {"name": "Java", "level": 12345678901} | The argument level must be a number from 1 to 5.
                    set_skill       | {"name": "Java", "level": 6}        | The argument level must be less than or equal to 5.
                    set_skill       | {"name": "Ja\\u0007va", "level": 5} | The argument name must be a name.
                    list_notifications | {"unread": "yes"}                | The argument unread must be true or false.
                    """)
    void saysWhichArgumentIsWrongAndWhatItMustBe(String tool, String arguments, String reason) {
        assertThatThrownBy(() -> use(tool, new UserId(UUID.randomUUID()), arguments))
                .isInstanceOf(ToolRefused.class)
                .hasMessage(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "add_task, title, 200",
        "remember, value, 500",
        "add_training, next_step, 1000",
        "change_task, description, 4000",
        "change_training, next_step, 1000"
    })
    void refusesTextThatIsTooLong(String tool, String argument, int max) {
        String arguments =
                "{\"id\":\"%s\",\"%s\":\"%s\"}"
                        .formatted(UUID.randomUUID(), argument, "x".repeat(max + 1));

        assertThatThrownBy(() -> use(tool, new UserId(UUID.randomUUID()), arguments))
                .isInstanceOf(ToolRefused.class)
                .hasMessageContaining(
                        "The argument %s must not be longer than %d characters."
                                .formatted(argument, max));
    }

    @Test
    void readsTextsWithoutBlanksAroundAndPassesOverUnknownArguments() {
        JsonNode added =
                use(
                        "add_task",
                        someone(),
                        "{\"title\":\" buy\\u0000 milk \",\"due_on\":\" 2026-12-24 \",\"mood\":1}");

        assertThat(added.path("title").asText()).isEqualTo("buy\uFFFD milk");
        assertThat(added.path("due_on").asText()).isEqualTo("2026-12-24");
        assertThat(added.path("priority").asText()).isEqualTo("normal");
        assertThat(added.has("description")).isFalse();
    }

    @Test
    void keepsWhatIsNotGivenAndTakesAwayWhatIsNullOrBlank() {
        UserId user = someone();
        JsonNode task =
                use(
                        "add_task",
                        user,
                        "{\"title\":\"a\",\"description\":\"b\",\"due_on\":\"2026-12-24\"}");
        String id = task.path("id").asText();

        JsonNode kept = use("change_task", user, "{\"id\":\"" + id + "\",\"title\":null}");
        assertThat(kept).isEqualTo(task);

        JsonNode changed =
                use(
                        "change_task",
                        user,
                        "{\"id\":\"" + id + "\",\"description\":\" \",\"due_on\":null}");
        assertThat(changed.has("description")).isFalse();
        assertThat(changed.has("due_on")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    delete_task     | {"id": "019ac0de-0000-7000-8000-000000000000"} | There is no task 019ac0de-0000-7000-8000-000000000000.
                    change_task     | {"id": "019ac0de-0000-7000-8000-000000000000"} | There is no task 019ac0de-0000-7000-8000-000000000000.
                    remove_training | {"id": "019ac0de-0000-7000-8000-000000000000"} | There is no training 019ac0de-0000-7000-8000-000000000000.
                    remove_skill    | {"name": "Lock   picking"}                     | There is no skill Lock picking.
                    forget          | {"key": "colour"}                              | There is no preference colour.
                    """)
    void saysThatThereIsNoSuchThing(String tool, String arguments, String reason) {
        assertThatThrownBy(() -> use(tool, someone(), arguments))
                .isInstanceOf(ToolRefused.class)
                .hasMessage(reason);
    }

    private static UserId someone() {
        return new UserId(Person.registered().id());
    }

    private JsonNode use(String name, UserId user, String arguments) {
        Tool tool = Objects.requireNonNull(catalog.tools().get(name));
        try {
            return tool.execute(user, json.readTree(arguments));
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException(arguments, failure);
        }
    }
}
