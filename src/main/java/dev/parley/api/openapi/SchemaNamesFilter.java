package dev.parley.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.parley.api.paging.Page;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jspecify.annotations.Nullable;

/**
 * Names the schemas of the OpenAPI document as callers name the things: {@code Task} and not {@code
 * TaskDetails}, {@code TaskPage} and not {@code PageTaskDetails}. Generated clients have types of
 * these names. A text with a format is no type of its own.
 */
@OpenApiFilter(value = OpenApiFilter.RunStage.BUILD, priority = SchemaNamesFilter.AFTER_OTHERS)
public class SchemaNamesFilter implements OASFilter {

    static final int AFTER_OTHERS = 0;

    private static final String PAGE = Page.class.getSimpleName();

    /** The framework describes the getters of Jackson's type, which are not part of the JSON. */
    private static final String JSON_NODE = JsonNode.class.getSimpleName();

    private static final String JSON_NODE_TYPE = JsonNodeType.class.getSimpleName();
    private static final String JSON_VALUE = "JsonValue";
    private static final Pattern SUFFIX = Pattern.compile("(View|Details)$");

    private static final Map<String, String> FORMATS =
            Map.of(
                    UUID.class.getSimpleName(),
                    "uuid",
                    Instant.class.getSimpleName(),
                    "date-time",
                    LocalDate.class.getSimpleName(),
                    "date");

    @Override
    public Schema filterSchema(Schema schema) {
        @Nullable String reference = schema.getRef();
        if (reference == null) {
            return schema;
        }
        String name = Documented.nameOf(reference);
        @Nullable String format = FORMATS.get(name);
        if (format == null) {
            schema.setRef(Documented.SCHEMAS + name(name));
            schema.setType(null);
        } else {
            schema.setRef(null);
            schema.setType(List.of(SchemaType.STRING));
            schema.setFormat(format);
        }
        return schema;
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        Map<String, Schema> named = new TreeMap<>();
        Map<String, Schema> described = new TreeMap<>(document.getComponents().getSchemas());
        described.remove(JSON_NODE_TYPE);
        described.keySet().removeAll(FORMATS.keySet());
        described.computeIfPresent(
                JSON_NODE,
                (ignored, schema) -> OASFactory.createSchema().description("Any JSON value"));
        described.forEach((typeName, schema) -> {
            if (named.put(name(typeName), schema) != null) {
                throw new IllegalStateException("Two schemas are called " + name(typeName));
            }
        });
        document.getComponents().setSchemas(named);
    }

    private static String name(String typeName) {
        if (typeName.equals(JSON_NODE)) {
            return JSON_VALUE;
        }
        boolean isPage =
                typeName.startsWith(PAGE)
                        && typeName.length() > PAGE.length()
                        && Character.isUpperCase(typeName.charAt(PAGE.length()));
        String name =
                SUFFIX.matcher(isPage ? typeName.substring(PAGE.length()) : typeName)
                        .replaceFirst("");
        return isPage ? name + PAGE : name;
    }
}
