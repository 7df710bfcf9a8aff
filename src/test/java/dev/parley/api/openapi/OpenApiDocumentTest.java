package dev.parley.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.problem.ProblemCode;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.YamlFile;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/**
 * The OpenAPI document, which clients are generated from. docs/openapi.yaml holds it for review: a
 * change of the API shows there. Run this test with {@code -Dparley.docs.write=true} to write it
 * anew.
 */
@ParleyTest
class OpenApiDocumentTest {

    private static final YamlFile FILE = new YamlFile(Path.of("docs", "openapi.yaml"));
    private static final Path DESCRIPTIONS =
            Path.of("src/main/resources/dev/parley/api/openapi/descriptions.properties");

    @Test
    void isTheReviewedOne() throws IOException {
        JsonNode document = document();

        if (Boolean.getBoolean("parley.docs.write")) {
            FILE.write(document);
        }

        assertThat(FILE.text()).isEqualTo(YamlFile.text(document));
    }

    @Test
    void namesEveryOperationOnce() {
        List<String> names = document().path("paths").findValuesAsText("operationId");
        long operations = document().path("paths").findValues("responses").size();

        assertThat(names).doesNotHaveDuplicates().hasSize((int) operations);
    }

    @Test
    void listsEveryCodeOfProblems() {
        assertThat(texts(document().at("/components/schemas/ProblemCode/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(ProblemCode.values()).map(ProblemCode::code).toList());
    }

    @Test
    void describesTheToken() {
        JsonNode document = document();

        assertThat(document.at("/components/securitySchemes/bearer/scheme").asText())
                .isEqualTo("bearer");
        assertThat(document.path("paths").findValues("security"))
                .isNotEmpty()
                .allSatisfy(security ->
                        assertThat(security.toString()).isIn("[{\"bearer\":[]}]", "[]"));
    }

    /** Parley leaves out what is null, so a client can rely on all other fields. */
    @Test
    void declaresWhichFieldsAreAlwaysThere() {
        JsonNode schemas = document().at("/components/schemas");

        assertThat(texts(schemas.at("/Task/required")))
                .containsExactlyInAnyOrder(
                        "id", "title", "status", "priority", "created_at", "updated_at");
        assertThat(texts(schemas.at("/TaskPage/required")))
                .containsExactlyInAnyOrder("data", "next_cursor");
        assertThat(schemas.at("/UpdateTaskRequest").has("required")).isFalse();
    }

    @Test
    void describesEveryFieldAndParameter() {
        JsonNode document = document();
        List<String> undescribed = new ArrayList<>();
        document.at("/components/schemas")
                .properties()
                .forEach(schema ->
                        schema.getValue()
                                .path("properties")
                                .properties()
                                .forEach(field -> {
                                    if (!field.getValue().has("description")) {
                                        undescribed.add(schema.getKey() + "." + field.getKey());
                                    }
                                }));
        document.path("paths")
                .findValues("parameters")
                .forEach(parameters ->
                        parameters.forEach(parameter -> {
                            if (!parameter.has("description")) {
                                undescribed.add(parameter.toString());
                            }
                        }));

        assertThat(undescribed).isEmpty();
    }

    @Test
    void usesEveryDescriptionOfTheFile() throws IOException {
        Properties descriptions = new Properties();
        try (Reader file = Files.newBufferedReader(DESCRIPTIONS)) {
            descriptions.load(file);
        }
        String document = document().toString();

        assertThat(descriptions.values())
                .allMatch(description -> document.contains(description.toString()));
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    private static JsonNode document() {
        return Person.send("GET", "/q/openapi?format=json", null, null).json();
    }
}
