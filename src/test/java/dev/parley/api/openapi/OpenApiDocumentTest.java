package dev.parley.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * The OpenAPI document, which clients are generated from. docs/openapi.yaml holds it for review: a
 * change of the API shows there. Run this test with {@code -Dparley.docs.write=true} to write it
 * anew.
 */
@ParleyTest
class OpenApiDocumentTest {

    private static final Path FILE = Path.of("docs", "openapi.yaml");
    private static final ObjectMapper SORTING =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    @Test
    void isTheReviewedOne() throws IOException {
        String document = yaml(document());

        if (Boolean.getBoolean("parley.docs.write")) {
            Files.writeString(FILE, document);
        }

        assertThat(FILE).content().isEqualTo(document);
    }

    @Test
    void namesEveryOperationOnce() {
        List<String> names = document().path("paths").findValuesAsText("operationId");
        long operations = document().path("paths").findValues("responses").size();

        assertThat(names).doesNotHaveDuplicates().hasSize((int) operations);
    }

    @Test
    void describesTheToken() {
        JsonNode document = document();

        assertThat(document.at("/components/securitySchemes/bearer/scheme").asText())
                .isEqualTo("bearer");
        assertThat(document.path("paths").findValues("security"))
                .isNotEmpty()
                .allSatisfy(security ->
                        assertThat(security.toString())
                                .isIn("[{\"bearer\":[]}]", "[{\"bearer\":[\"admin\"]}]"));
    }

    /** Parley leaves out what is null, so a client can rely on all other fields. */
    @Test
    void declaresWhichFieldsAreAlwaysThere() {
        JsonNode schemas = document().at("/components/schemas");

        assertThat(schemas.at("/Task/required").valueStream().map(JsonNode::asText))
                .containsExactlyInAnyOrder(
                        "id", "title", "status", "priority", "created_at", "updated_at");
        assertThat(schemas.at("/TaskPage/required").valueStream().map(JsonNode::asText))
                .containsExactlyInAnyOrder("data", "next_cursor");
        assertThat(schemas.at("/UpdateTaskRequest").has("required")).isFalse();
    }

    private static JsonNode document() {
        return Person.send("GET", "/q/openapi?format=json", null, null).json();
    }

    private static String yaml(JsonNode document) throws JsonProcessingException {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(120);
        Object sorted =
                SORTING.readValue(
                        SORTING.writeValueAsString(SORTING.treeToValue(document, Object.class)),
                        Object.class);
        return new Yaml(options).dump(sorted);
    }
}
