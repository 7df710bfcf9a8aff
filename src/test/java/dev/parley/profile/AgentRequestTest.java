package dev.parley.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The model is told what is to be remembered, and how freely to speak; nobody else's. */
@ParleyTest
class AgentRequestTest {

    @Test
    void briefsModelWithWhatIsKnownOfTheUser() {
        Person person = Person.registered();
        person.puts("/api/me/preferences/colour", "{\"value\":\"a green as of spring\"}");
        person.patches("/api/me", "{\"temperature\":0.25}");

        JsonObject request = asked(person, "What is my colour? " + person.id());

        assertThat(request.getDouble("temperature")).isEqualTo(0.25);
        assertThat(instructions(request)).contains("\n{\"colour\":\"a green as of spring\"}\n");
    }

    @Test
    void briefsModelWithNothingWhereNothingIsKnown() {
        Person person = Person.registered();

        JsonObject request = asked(person, "What is my colour? " + person.id());

        assertThat(request.containsKey("temperature")).isFalse();
        assertThat(instructions(request)).doesNotContain("remember this about them");
    }

    private static JsonObject asked(Person person, String message) {
        person.says(message, "assistant");
        return ModelStub.requests().stream()
                .filter(request -> request.encode().contains(message))
                .findFirst()
                .orElseThrow();
    }

    private static String instructions(JsonObject request) {
        return request.getJsonArray("messages").getJsonObject(0).getString("content");
    }
}
