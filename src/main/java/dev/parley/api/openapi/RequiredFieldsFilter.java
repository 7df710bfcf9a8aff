package dev.parley.api.openapi;

import dev.parley.api.json.SnakeCase;
import dev.parley.api.paging.Page;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.RecordComponentInfo;
import org.jspecify.annotations.Nullable;

/**
 * Declares in the OpenAPI document which fields of a response are always there: all that may not be
 * null, because Parley leaves out fields that are null.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class RequiredFieldsFilter implements OASFilter {

    private static final String REF_PREFIX = "#/components/schemas/";
    private static final DotName NULLABLE = DotName.createSimple(Nullable.class);
    private static final DotName PAGE = DotName.createSimple(Page.class);

    /** By the name of the schema, which is the simple name of the type. */
    private final Map<String, ClassInfo> records = new HashMap<>();

    private final ClassInfo page;

    /** Called by the framework, with the index of all classes. */
    public RequiredFieldsFilter(IndexView index) {
        index.getKnownClasses().stream()
                .filter(ClassInfo::isRecord)
                .filter(type -> type.name().packagePrefix().startsWith("dev.parley"))
                .forEach(type -> records.put(type.simpleName(), type));
        page = index.getClassByName(PAGE);
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        Map<String, Schema> schemas = document.getComponents().getSchemas();
        Set<String> reached = new HashSet<>();
        document.getPaths().getPathItems().values().stream()
                .flatMap(path -> path.getOperations().values().stream())
                .flatMap(operation -> operation.getResponses().getAPIResponses().values().stream())
                .flatMap(RequiredFieldsFilter::bodies)
                .forEach(body -> reach(body, schemas, reached));
        schemas.forEach((name, schema) -> {
            if (reached.contains(name)) {
                require(name, schema);
            }
        });
    }

    private void require(String name, Schema schema) {
        ClassInfo type =
                name.startsWith(PAGE.withoutPackagePrefix()) && !records.containsKey(name)
                        ? page
                        : records.get(name);
        if (type == null || schema.getProperties() == null) {
            return;
        }
        schema.setRequired(
                Stream.concat(
                                Stream.ofNullable(schema.getRequired()).flatMap(List::stream),
                                type.recordComponents().stream()
                                        .filter(component -> !isOptional(component))
                                        .map(component -> SnakeCase.of(component.name()))
                                        .filter(schema.getProperties()::containsKey))
                        .distinct()
                        .toList());
    }

    private static boolean isOptional(RecordComponentInfo component) {
        return component.type().hasAnnotation(NULLABLE)
                || component.type().name().toString().startsWith("java.util.Optional");
    }

    private static Stream<Schema> bodies(APIResponse response) {
        return response.getContent() == null
                ? Stream.empty()
                : response.getContent().getMediaTypes().values().stream().map(MediaType::getSchema);
    }

    private static void reach(
            @Nullable Schema schema, Map<String, Schema> schemas, Set<String> reached) {
        if (schema == null) {
            return;
        }
        if (schema.getRef() != null) {
            String name = schema.getRef().replace(REF_PREFIX, "");
            if (reached.add(name)) {
                reach(schemas.get(name), schemas, reached);
            }
            return;
        }
        Stream.of(
                        Stream.ofNullable(schema.getItems()),
                        Stream.ofNullable(schema.getAdditionalPropertiesSchema()),
                        Stream.ofNullable(schema.getProperties())
                                .flatMap(properties -> properties.values().stream()),
                        Stream.of(schema.getAllOf(), schema.getAnyOf(), schema.getOneOf())
                                .flatMap(Stream::ofNullable)
                                .flatMap(List::stream))
                .flatMap(inner -> inner)
                .forEach(inner -> reach(inner, schemas, reached));
    }
}
