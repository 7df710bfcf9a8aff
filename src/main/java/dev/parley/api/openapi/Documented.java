package dev.parley.api.openapi;

import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** What the filters of this package look at in the OpenAPI document. */
final class Documented {

    static final String SCHEMAS = "#/components/schemas/";

    private Documented() {}

    static Stream<Operation> operations(OpenAPI document) {
        return document.getPaths().getPathItems().values().stream()
                .flatMap(path -> path.getOperations().values().stream());
    }

    static Stream<Map.Entry<String, APIResponse>> responses(Operation operation) {
        return operation.getResponses().getAPIResponses().entrySet().stream();
    }

    /** The name of the schema that a reference refers to. */
    static String nameOf(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    /** The schemas that a schema consists of, not following references. */
    static Stream<Schema> parts(Schema schema) {
        return Stream.of(
                        Stream.ofNullable(schema.getItems()),
                        Stream.ofNullable(schema.getAdditionalPropertiesSchema()),
                        Stream.ofNullable(schema.getProperties())
                                .flatMap(properties -> properties.values().stream()),
                        Stream.ofNullable(schema.getAllOf()).flatMap(list -> list.stream()),
                        Stream.ofNullable(schema.getAnyOf()).flatMap(list -> list.stream()),
                        Stream.ofNullable(schema.getOneOf()).flatMap(list -> list.stream()))
                .flatMap(parts -> parts);
    }
}
