package dev.parley.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.Operations;
import dev.parley.testing.Operations.Operation;
import dev.parley.testing.Operations.World;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The examples of the OpenAPI document are what the application really says: this test calls every
 * operation and compares the request and the response with examples.json. Values that differ at
 * each call are replaced, see {@link ExampleText}. Run this test with {@code
 * -Dparley.docs.write=true} to write the file anew.
 */
@ParleyTest
class ExamplesTest {

    private static final Path FILE =
            Path.of("src/main/resources/dev/parley/api/openapi/examples.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void areWhatTheApplicationSays() throws IOException {
        // Otherwise the users of the examples have this skill as their own
        assertThat(Person.admin().puts("/api/admin/skills/Java", "").status()).isEqualTo(204);
        Map<String, JsonNode> examples = new TreeMap<>();
        JsonNode paths =
                Person.send("GET", "/q/openapi?format=json", null, null).json().path("paths");
        for (Operation operation : Operations.all()) {
            String name =
                    paths.path(operation.template())
                            .path(operation.method().toLowerCase(Locale.ROOT))
                            .path("operationId")
                            .asText();
            examples.put(name, example(operation));
        }
        String told = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(examples) + "\n";

        if (Boolean.getBoolean("parley.docs.write")) {
            Files.writeString(FILE, told);
        }

        assertThat(FILE).content().isEqualTo(told);
    }

    private static ObjectNode example(Operation operation) {
        World world = World.made();
        ExampleText text = new ExampleText(operation.template().matches("/api/(admin|skills).*"));
        ObjectNode example = JSON.createObjectNode();
        String path = operation.path().apply(world);
        String body = operation.body() == null ? null : operation.body().apply(world);
        if (body != null) {
            example.set("request", text.of(body));
        }
        ApiResponse response = operation.call(world, path, body);
        assertThat(response.status()).as(response.toString()).isBetween(200, 299);
        example.put("status", response.status());
        if (response.header("Content-Type").startsWith("application/json")) {
            example.set("response", text.of(response.body()));
        } else if (!response.body().isEmpty()) {
            example.put("response", text.ofStream(response.body()));
        }
        return example;
    }
}
