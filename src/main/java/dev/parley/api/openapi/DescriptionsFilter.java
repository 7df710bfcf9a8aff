package dev.parley.api.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;

/**
 * Describes every field and parameter in the OpenAPI document, as {@code descriptions.properties}
 * tells: by the schema and the field, or by the field alone where it means the same everywhere. A
 * description in the code goes before.
 */
@OpenApiFilter(value = OpenApiFilter.RunStage.BUILD, priority = DescriptionsFilter.AFTER_EVENTS)
public class DescriptionsFilter implements OASFilter {

    static final int AFTER_EVENTS = TurnEventsFilter.AFTER_NAMES - 1;

    private static final String FILE = "descriptions.properties";

    private final Properties descriptions = new Properties();

    public DescriptionsFilter() {
        try (InputStream file =
                        Objects.requireNonNull(
                                DescriptionsFilter.class.getResourceAsStream(FILE), FILE);
                Reader text = new InputStreamReader(file, StandardCharsets.UTF_8)) {
            descriptions.load(text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getComponents().getSchemas().forEach(this::describe);
        Documented.operations(document)
                .flatMap(operation -> Stream.ofNullable(operation.getParameters()))
                .flatMap(List::stream)
                .filter(parameter -> parameter.getDescription() == null)
                .forEach(parameter ->
                        parameter.setDescription(
                                descriptions.getProperty("parameter." + parameter.getName())));
    }

    private void describe(String name, Schema schema) {
        if (schema.getProperties() == null) {
            return;
        }
        if (schema.getDescription() == null) {
            schema.setDescription(descriptions.getProperty(name));
        }
        schema.getProperties()
                .forEach((field, property) -> {
                    if (property.getDescription() == null) {
                        property.setDescription(
                                descriptions.getProperty(
                                        name + "." + field, descriptions.getProperty(field)));
                    }
                });
    }
}
