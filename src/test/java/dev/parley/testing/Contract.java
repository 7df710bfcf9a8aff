package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * docs/openapi.yaml and docs/asyncapi.yaml as a contract: a response has a status, headers, a media
 * type and fields that the document describes, and no others. OpenApiDocumentTest compares the file
 * with the document that the application serves.
 */
final class Contract {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DOCUMENT = "urn:parley:document";
    private static final Contract HTTP = of("openapi.yaml");
    private static final Contract WEB_SOCKET = of("asyncapi.yaml");

    private final JsonNode document;
    private final List<DocumentedPath> paths;
    private final JsonSchemaFactory factory;
    private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

    private Contract(JsonNode document) {
        this.document = strict(document);
        paths =
                names("/paths").stream()
                        .map(DocumentedPath::of)
                        // A literal path is meant where both match
                        .sorted(Comparator.comparing(path -> path.template().contains("{")))
                        .toList();
        factory =
                JsonSchemaFactory.getInstance(
                        SpecVersion.VersionFlag.V202012,
                        settings ->
                                settings.schemaLoaders(loaders ->
                                        loaders.schemas(Map.of(DOCUMENT, document.toString()))));
    }

    private static Contract of(String file) {
        return new Contract(new YamlFile(Path.of("docs", file)).read());
    }

    /** Requires that the response is one that the document describes. */
    static void requireKept(HttpRequest request, HttpResponse<String> response) {
        String path = request.uri().getRawPath();
        if (path.startsWith("/api/")) {
            HTTP.require(request.method(), path, response);
        }
    }

    /** Requires that the data of a server-sent event is an event that the document describes. */
    static void requireEvent(JsonNode data) {
        HTTP.requireValid("/components/schemas/TurnEvent", data, data.toString());
    }

    /** Requires that a message over a WebSocket is one that docs/asyncapi.yaml describes. */
    static void requireMessage(JsonNode message) {
        WEB_SOCKET.requireValid("/components/schemas/ServerMessage", message, message.toString());
    }

    private void require(String method, String path, HttpResponse<String> response) {
        String what =
                "%s %s: %d %s".formatted(method, path, response.statusCode(), response.body());
        String operation =
                paths.stream()
                        .filter(documented -> documented.pattern().matcher(path).matches())
                        .map(documented -> documented.pointer() + "/" + operationOf(method))
                        .filter(pointer -> document.at(pointer).isObject())
                        .findFirst()
                        .orElse("");
        if (operation.isEmpty()) {
            assertThat(response.statusCode())
                    .as("undocumented operation: " + what)
                    .isGreaterThan(399);
            return;
        }
        String documented = resolved(operation + "/responses/" + response.statusCode());
        assertThat(document.at(documented).isObject()).as("undocumented status: " + what).isTrue();
        requireHeaders(documented + "/headers", response, what);
        requireBody(documented + "/content", method, response, what);
    }

    private void requireHeaders(String headers, HttpResponse<String> response, String what) {
        Set<String> documented = names(headers);
        Set<String> given = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        given.addAll(response.headers().map().keySet());
        assertThat(given)
                .as("headers of " + what)
                .containsAll(
                        documented.stream()
                                .filter(name ->
                                        document.at(resolved(headers + "/" + name) + "/required")
                                                .asBoolean())
                                .toList());
        given.retainAll(names("/components/headers"));
        assertThat(documented).as("headers of " + what).containsAll(given);
    }

    private Set<String> names(String pointer) {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        document.at(pointer).fieldNames().forEachRemaining(names::add);
        return names;
    }

    private void requireBody(
            String content, String method, HttpResponse<String> response, String what) {
        if (document.at(content).isEmpty() || method.equals("HEAD")) {
            assertThat(response.body()).as(what).isEmpty();
            return;
        }
        String mediaType =
                response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
        assertThat(document.at(content).has(mediaType))
                .as("undocumented media type %s: %s", mediaType, what)
                .isTrue();
        if (mediaType.endsWith("json")) {
            requireValid(
                    content + "/" + escaped(mediaType) + "/schema", parsed(response.body()), what);
        }
    }

    private void requireValid(String schema, JsonNode value, String what) {
        assertThat(
                        schemas.computeIfAbsent(
                                        schema,
                                        pointer ->
                                                factory.getSchema(
                                                        SchemaLocation.of(
                                                                DOCUMENT + "#" + pointer)))
                                .validate(value))
                .as(what)
                .isEmpty();
    }

    /** The pointer itself, or where the reference at it points to. */
    private String resolved(String pointer) {
        String reference = document.at(pointer).path("$ref").asText();
        return reference.isEmpty() ? pointer : reference.substring(1);
    }

    /** HEAD has the answer of GET, without its body (RFC 9110, section 9.3.2). */
    private static String operationOf(String method) {
        return method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
    }

    /** A name as a part of a JSON pointer (RFC 6901, section 3). */
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /** Forbids fields that an object's schema does not name. */
    private static JsonNode strict(JsonNode schema) {
        if (schema instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        schema.forEach(Contract::strict);
        return schema;
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException failure) {
            throw new UncheckedIOException(body, failure);
        }
    }

    /** A path of the document, and the JSON pointer to its operations. */
    private record DocumentedPath(String template, Pattern pattern, String pointer) {

        static DocumentedPath of(String template) {
            String expression =
                    Stream.of(template.split("/", -1))
                            .map(segment ->
                                    segment.startsWith("{") ? "[^/]+" : Pattern.quote(segment))
                            .reduce((left, right) -> left + "/" + right)
                            .orElseThrow();
            return new DocumentedPath(
                    template, Pattern.compile(expression), "/paths/" + escaped(template));
        }
    }
}
