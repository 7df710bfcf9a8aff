package dev.parley.api.openapi;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import dev.parley.api.json.SnakeCase;
import dev.parley.api.paging.Page;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
@OpenApiFilter(
        value = OpenApiFilter.RunStage.BUILD,
        priority = RequiredFieldsFilter.BEFORE_PROBLEMS)
public class RequiredFieldsFilter implements OASFilter {

    /** A problem leaves out empty lists too, and says so itself. */
    static final int BEFORE_PROBLEMS = ProblemResponsesFilter.AFTER_FRAMEWORK + 1;

    private static final DotName NULLABLE = DotName.createSimple(Nullable.class);
    private static final DotName PAGE = DotName.createSimple(Page.class);

    /** By the simple name of the type, which several records may have. */
    private final Map<String, List<ClassInfo>> records;

    private final ClassInfo page;

    /** Called by the framework, with the index of all classes. */
    public RequiredFieldsFilter(IndexView index) {
        records =
                index.getKnownClasses().stream()
                        .filter(ClassInfo::isRecord)
                        .filter(type -> type.name().packagePrefix().startsWith("dev.parley"))
                        .collect(groupingBy(ClassInfo::simpleName));
        page = index.getClassByName(PAGE);
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        Map<String, Schema> schemas = document.getComponents().getSchemas();
        Set<String> reached = new HashSet<>();
        Documented.operations(document)
                .flatMap(Documented::responses)
                .flatMap(response -> bodies(response.getValue()))
                .forEach(body -> reach(body, schemas, reached));
        schemas.forEach((name, schema) -> {
            if (reached.contains(name)) {
                require(name, schema);
            }
        });
    }

    private void require(String name, Schema schema) {
        if (schema.getProperties() == null) {
            return;
        }
        Set<String> properties = schema.getProperties().keySet();
        type(name, properties)
                .ifPresent(type ->
                        schema.setRequired(
                                Stream.concat(
                                                Stream.ofNullable(schema.getRequired())
                                                        .flatMap(List::stream),
                                                type.recordComponents().stream()
                                                        .filter(component -> !isOptional(component))
                                                        .map(RequiredFieldsFilter::field)
                                                        .filter(properties::contains))
                                        .distinct()
                                        .toList()));
    }

    /** The record that a schema describes: of this name, with these fields. */
    private Optional<ClassInfo> type(String name, Set<String> properties) {
        return name.startsWith(PAGE.withoutPackagePrefix())
                ? Optional.of(page)
                : records.getOrDefault(name, List.of()).stream()
                        .filter(type ->
                                properties.equals(
                                        type.recordComponents().stream()
                                                .map(RequiredFieldsFilter::field)
                                                .collect(toSet())))
                        .findFirst();
    }

    private static String field(RecordComponentInfo component) {
        return SnakeCase.of(component.name());
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
            String name = Documented.nameOf(schema.getRef());
            if (reached.add(name)) {
                reach(schemas.get(name), schemas, reached);
            }
            return;
        }
        Documented.parts(schema).forEach(part -> reach(part, schemas, reached));
    }
}
