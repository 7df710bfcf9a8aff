package dev.parley.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.parley.platform.identity.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.transaction.Transactional;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openapitools.jackson.nullable.JsonNullable;

/** The schemas that models are given, and what a native executable needs to run the tools. */
class ToolSchemaTest {

    private static final Path SHIPPED = Path.of("src/main/resources/tools.json");
    private static final Path MADE = Path.of("target/tools.json");

    /**
     * Schemas are made here rather than by the running process, so that they cost no time at its
     * start and a native executable needs no reflection for them.
     */
    @Test
    void shipsTheSchemasOfTheRecords() throws IOException {
        ObjectNode schemas = JsonNodeFactory.instance.objectNode();
        SchemaGenerator generator = generator();
        tools().sorted(Comparator.comparing(Method::getName))
                .forEach(tool ->
                        schemas.set(ToolArguments.nameOf(tool.getName()), schema(generator, tool)));
        DefaultPrettyPrinter lines =
                new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
        Files.writeString(
                MADE, new ObjectMapper().writer(lines).writeValueAsString(schemas) + "\n");

        assertThat(SHIPPED)
                .as("Where a tool was changed: cp %s %s", MADE, SHIPPED)
                .hasSameTextualContentAs(MADE);
    }

    @Test
    void toolsTakeTheUserAndAtMostOneRecordThatLiesInTheirClass() {
        assertThat(tools())
                .isNotEmpty()
                .allSatisfy(tool -> {
                    Class<?>[] parameters = tool.getParameterTypes();
                    assertThat(parameters).hasSizeBetween(1, 2);
                    assertThat(parameters[0]).isEqualTo(UserId.class);
                    assertThat(Arrays.stream(parameters).skip(1))
                            .allSatisfy(type -> {
                                assertThat(type.isRecord()).isTrue();
                                assertThat(type.getDeclaringClass())
                                        .isEqualTo(tool.getDeclaringClass());
                            });
                });
    }

    /** Registering a class registers the records inside it. */
    @Test
    void toolsAndTheirChoicesAreKeptInNativeExecutables() {
        Stream<Class<?>> choices =
                tools().flatMap(tool -> Arrays.stream(tool.getParameterTypes()).skip(1))
                        .flatMap(type -> Arrays.stream(type.getRecordComponents()))
                        .<Class<?>>map(RecordComponent::getType)
                        .filter(Class::isEnum);

        assertThat(Stream.concat(classes(), choices))
                .allSatisfy(type ->
                        assertThat(type.getAnnotation(RegisterForReflection.class))
                                .as(type.getName())
                                .isNotNull()
                                .extracting(RegisterForReflection::ignoreNested)
                                .isEqualTo(false));
    }

    /** What a tool does and its step are kept together or not at all. */
    @Test
    void toolsWorkInOneTransaction() {
        assertThat(classes()).allMatch(type -> type.isAnnotationPresent(Transactional.class));
    }

    private static ObjectNode schema(SchemaGenerator generator, Method tool) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        // Some servers demand both of these even where they are empty
        schema.putObject("properties");
        schema.putArray("required");
        if (tool.getParameterCount() > 1) {
            schema.setAll(generator.generateSchema(tool.getParameterTypes()[1]));
        }
        return schema.put("additionalProperties", false);
    }

    /**
     * Leaves out lengths and patterns of texts: servers that compile the schemas to a grammar, such
     * as llama.cpp, refuse a whole request because of them.
     */
    private static SchemaGenerator generator() {
        SchemaGeneratorConfigBuilder config =
                new SchemaGeneratorConfigBuilder(
                                SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                        .without(Option.SCHEMA_VERSION_INDICATOR)
                        .with(Option.INLINE_ALL_SCHEMAS, Option.STANDARD_FORMATS)
                        .with(new JacksonModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONVALUE));
        config.forTypesInGeneral().withPropertySorter((_, _) -> 0);
        config.forFields()
                .withPropertyNameOverrideResolver(field -> ToolArguments.nameOf(field.getName()))
                .withRequiredCheck(field -> field.getAnnotation(NotNull.class) != null)
                .withTargetTypeOverridesResolver(field ->
                        field.getType().isInstanceOf(JsonNullable.class)
                                ? List.of(field.getType().getTypeParameters().getFirst())
                                : null)
                .withNumberInclusiveMinimumResolver(field ->
                        Optional.ofNullable(field.getAnnotation(Min.class))
                                .map(bound -> BigDecimal.valueOf(bound.value()))
                                .orElse(null))
                .withNumberInclusiveMaximumResolver(field ->
                        Optional.ofNullable(field.getAnnotation(Max.class))
                                .map(bound -> BigDecimal.valueOf(bound.value()))
                                .orElse(null));
        return new SchemaGenerator(config.build());
    }

    private static Stream<Method> tools() {
        return classes()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(AgentTool.class));
    }

    private static Stream<Class<?>> classes() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.parley")
                        .stream()
                        .filter(type -> type.isAssignableTo(AgentTools.class))
                        .filter(type -> !type.isInterface())
                        .map(JavaClass::reflect);
    }
}
