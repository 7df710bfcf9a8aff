import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openapitools.openapidiff.core.OpenApiCompare;
import org.openapitools.openapidiff.core.model.ChangedOpenApi;
import org.openapitools.openapidiff.core.output.ConsoleRender;

/**
 * Compares the OpenAPI document with the released one. A difference that breaks clients is refused
 * unless the first version of the changelog names what breaks, as {@code METHOD /path}, {@code
 * Schema.field}, {@code Schema value} or {@code operationId}, in a line that begins with "-
 * **Breaks clients**".
 */
final class Compare {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final List<String> TEXTS =
            List.of("description", "example", "examples", "summary");
    private static final String BREAKS = "- **Breaks clients**";

    public static void main(String[] args) throws IOException {
        Path released = Path.of(args[1]);
        JsonNode document = withoutTexts(YAML.readTree(Path.of(args[2]).toFile()));
        if (args[0].equals("publish")) {
            YAML.writeValue(released.toFile(), document);
        } else {
            compare(YAML.readTree(released.toFile()), document, Path.of(args[3]));
        }
    }

    private static void compare(JsonNode released, JsonNode document, Path changelog)
            throws IOException {
        List<String> addedValues = addValues(released, document);
        ChangedOpenApi difference =
                OpenApiCompare.fromContents(comparable(released), comparable(document));
        System.out.println(
                difference.isUnchanged()
                        ? "Nothing differs for the library."
                        : rendered(difference));
        String told = breaksOf(Files.readString(changelog));
        List<String> untold =
                Stream.of(
                                addedValues.stream(),
                                broken(difference),
                                goneFields(released, document),
                                renamedOperations(released, document))
                        .flatMap(broken -> broken)
                        .filter(broken -> !told.contains("`" + broken + "`"))
                        .toList();
        if (!untold.isEmpty()) {
            System.out.println(
                    "This breaks clients, and %s does not tell of:".formatted(changelog));
            untold.forEach(broken -> System.out.println("  " + broken));
            System.out.println(
                    "Keep what clients rely on, or tell in the changelog what they have to do:");
            System.out.println("  " + BREAKS + ": `" + untold.getFirst() + "` ...");
            System.exit(1);
        }
    }

    /**
     * Adds to the enumerations of the released schemas what the document has more. The library
     * would tell of each operation that can answer with the schema: a new problem code would break
     * all of them. It is told once, as {@code Schema value}.
     */
    private static List<String> addValues(JsonNode released, JsonNode document) {
        List<String> added = new ArrayList<>();
        released.at("/components/schemas")
                .properties()
                .forEach(schema ->
                        addValues(
                                schema.getKey(),
                                schema.getValue(),
                                document.at("/components/schemas").path(schema.getKey()),
                                added));
        return added;
    }

    private static void addValues(
            String schema, JsonNode released, JsonNode document, List<String> added) {
        if (released.path("enum").isArray() && document.path("enum").isArray()) {
            ArrayNode values = (ArrayNode) released.path("enum");
            Set<String> known =
                    values.valueStream().map(JsonNode::asText).collect(Collectors.toSet());
            for (JsonNode value : document.path("enum")) {
                if (known.add(value.asText())) {
                    values.add(value);
                    added.add(schema + " " + value.asText());
                }
            }
        }
        released.properties()
                .forEach(child ->
                        addValues(schema, child.getValue(), document.path(child.getKey()), added));
    }

    /** The operations that are gone or that clients can no longer call as before. */
    private static Stream<String> broken(ChangedOpenApi difference) {
        return Stream.concat(
                difference.getMissingEndpoints().stream()
                        .map(gone -> gone.getMethod() + " " + gone.getPathUrl()),
                difference.getChangedOperations().stream()
                        .filter(changed -> changed.isIncompatible())
                        .map(changed -> changed.getHttpMethod() + " " + changed.getPathUrl()));
    }

    /** The library finds it compatible if an optional field of a response is gone. */
    private static Stream<String> goneFields(JsonNode released, JsonNode document) {
        return released.at("/components/schemas").properties().stream()
                .filter(schema -> document.at("/components/schemas").has(schema.getKey()))
                .flatMap(schema ->
                        schema.getValue().path("properties").properties().stream()
                                .map(Map.Entry::getKey)
                                .filter(field ->
                                        !document.at("/components/schemas")
                                                .path(schema.getKey())
                                                .path("properties")
                                                .has(field))
                                .map(field -> schema.getKey() + "." + field));
    }

    /** Generated clients have methods of these names. The library does not compare them. */
    private static Stream<String> renamedOperations(JsonNode released, JsonNode document) {
        Set<String> names = Set.copyOf(document.path("paths").findValuesAsText("operationId"));
        return released.path("paths").findValuesAsText("operationId").stream()
                .filter(name -> !names.contains(name));
    }

    /** What the changelog tells of breaks in its first version. */
    private static String breaksOf(String changelog) {
        List<String> told = new ArrayList<>();
        changelog
                .lines()
                .dropWhile(line -> !line.startsWith("## "))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith(BREAKS))
                .forEach(told::add);
        return String.join("\n", told);
    }

    private static String rendered(ChangedOpenApi difference) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStreamWriter writer = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
            new ConsoleRender().render(difference, writer);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * The document as the library compares it whole. It knows the types of OpenAPI 3.0: of the
     * types of 3.1 it compares nothing. A text that becomes nullable is told as another format, and
     * a stream of events as one event.
     */
    private static String comparable(JsonNode document) throws IOException {
        JsonNode converted = document.deepCopy();
        ((ObjectNode) converted).put("openapi", "3.0.3");
        convert(converted);
        return YAML.writeValueAsString(converted);
    }

    private static void convert(JsonNode node) {
        if (node instanceof ObjectNode stream && stream.has("contentSchema")) {
            JsonNode event = stream.path("contentSchema");
            stream.removeAll();
            stream.setAll((ObjectNode) event);
        }
        if (node instanceof ObjectNode object && object.path("type").isArray()) {
            object.put("format", object.path("format").asText() + object.path("type"));
            object.set("type", object.path("type").path(0));
        }
        node.forEach(Compare::convert);
    }

    /** Texts break no client. A field may be called like one. */
    private static JsonNode withoutTexts(JsonNode node) {
        if (node instanceof ObjectNode object) {
            TEXTS.forEach(text -> {
                if (!isSchema(object.path(text))) {
                    object.remove(text);
                }
            });
        }
        node.forEach(Compare::withoutTexts);
        return node;
    }

    private static boolean isSchema(JsonNode value) {
        return value.has("type") || value.has("$ref");
    }
}
