package dev.parley.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.Inside;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@ParleyTest
class ConversationTest {

    @Test
    void isTitledFromItsFirstMessageAndCountsWhatIsSaid() {
        Person person = Person.registered();
        String id = person.says("How do I bake bread?", "echo").text("conversation_id");
        person.says("And cake?", "echo", id);

        JsonNode conversation = person.gets("/api/conversations/" + id).json();

        assertThat(conversation.path("title").asText()).isEqualTo("How do I bake bread?");
        assertThat(conversation.path("agent_type").asText()).isEqualTo(Inside.echo());
        assertThat(conversation.path("version").asLong()).isEqualTo(2);
        assertThat(conversation.path("message_count").asInt()).isEqualTo(4);
        assertThat(conversation.path("created_at").asText()).endsWith("Z");
        assertThat(conversation.path("updated_at").asText())
                .isGreaterThan(conversation.path("created_at").asText());
    }

    @Test
    void isListedNewestFirst() {
        Person person = Person.registered();
        String first = person.says("one", "echo").text("conversation_id");
        String second = person.says("two", "echo").text("conversation_id");

        JsonNode page = person.gets("/api/conversations?limit=1").json();
        JsonNode next =
                person.gets(
                                "/api/conversations?limit=1&cursor="
                                        + page.path("next_cursor").asText())
                        .json();

        assertThat(page.path("data").get(0).path("id").asText()).isEqualTo(second);
        assertThat(next.path("data").get(0).path("id").asText()).isEqualTo(first);
        assertThat(next.path("next_cursor").isNull()).isTrue();
    }

    @Test
    void tellsItsMessagesInOrderPageByPage() {
        Person person = Person.registered();
        String id = person.says("m1", "echo").text("conversation_id");
        person.says("m2", "echo", id);
        person.says("m3", "echo", id);

        List<String> said = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page =
                    person.gets("/api/conversations/" + id + "/messages?limit=4" + cursor).json();
            page.path("data")
                    .forEach(message ->
                            said.add(
                                    message.path("role").asText()
                                            + " "
                                            + message.path("content").asText()));
            cursor =
                    page.path("next_cursor").isNull()
                            ? ""
                            : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());

        assertThat(said)
                .containsExactly(
                        "user m1",
                        "assistant m1",
                        "user m2",
                        "assistant m2",
                        "user m3",
                        "assistant m3");
    }
}
