package dev.parley.api.openapi;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.jspecify.annotations.Nullable;

/**
 * Adds to every operation an example of a request and of a response, from {@code examples.json}.
 * ExamplesTest writes this file from what the application says.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ExamplesFilter implements OASFilter {

    private static final String FILE = "examples.json";

    private final Map<String, Example> examples;

    public ExamplesFilter() {
        try (InputStream file =
                Objects.requireNonNull(ExamplesFilter.class.getResourceAsStream(FILE), FILE)) {
            examples = new ObjectMapper().readValue(file, new TypeReference<>() {});
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public Operation filterOperation(Operation operation) {
        @Nullable Example example = examples.get(operation.getOperationId());
        if (example == null) {
            return operation;
        }
        if (example.request() != null) {
            add(example.request(), operation.getRequestBody().getContent());
        }
        if (example.response() != null) {
            add(
                    example.response(),
                    operation
                            .getResponses()
                            .getAPIResponse(Integer.toString(example.status()))
                            .getContent());
        }
        return operation;
    }

    private static void add(Object example, Content content) {
        content.getMediaTypes().values().iterator().next().setExample(example);
    }

    private record Example(@Nullable Object request, int status, @Nullable Object response) {}
}
