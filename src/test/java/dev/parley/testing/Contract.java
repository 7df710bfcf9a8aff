package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The OpenAPI document as a contract: a response has a status, a media type and fields that the
 * document describes, and no others.
 */
final class Contract {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonSchemaFactory SCHEMAS =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private static final Map<String, Contract> OF_APPLICATION = new ConcurrentHashMap<>();

    private final JsonNode components;
    private final List<DocumentedPath> paths;
    private final Map<JsonNode, JsonSchema> schemas = new ConcurrentHashMap<>();

    private Contract(JsonNode document) {
        components = strict(document.path("components").deepCopy());
        paths =
                document.path("paths").properties().stream()
                        .map(path -> DocumentedPath.of(path.getKey(), path.getValue()))
                        // A literal path is meant where both match
                        .sorted(Comparator.comparing(path -> path.template().contains("{")))
                        .toList();
    }

    /** Requires that the response is one that the application's document describes. */
    static void requireKept(HttpRequest request, HttpResponse<String> response) {
        URI uri = request.uri();
        if (uri.getRawPath().startsWith("/api/")) {
            OF_APPLICATION
                    .computeIfAbsent(uri.getAuthority(), Contract::read)
                    .require(request.method(), uri.getRawPath(), response);
        }
    }

    private void require(String method, String path, HttpResponse<String> response) {
        String what =
                "%s %s: %d %s".formatted(method, path, response.statusCode(), response.body());
        JsonNode operation =
                paths.stream()
                        .filter(documented -> documented.pattern().matcher(path).matches())
                        .map(documented -> documented.operations().path(operationOf(method)))
                        .filter(JsonNode::isObject)
                        .findFirst()
                        .orElse(JSON.missingNode());
        if (operation.isMissingNode()) {
            assertThat(response.statusCode())
                    .as("undocumented operation: " + what)
                    .isGreaterThan(399);
            return;
        }
        JsonNode responses = operation.path("responses");
        String status = Integer.toString(response.statusCode());
        JsonNode documented =
                responses.has(status) || response.statusCode() < 400
                        ? responses.path(status)
                        : responses.path("default");
        assertThat(documented.isObject()).as("undocumented status: " + what).isTrue();
        JsonNode content = documented.path("content");
        if (content.isEmpty() || method.equals("HEAD")) {
            assertThat(response.body()).as(what).isEmpty();
            return;
        }
        String mediaType =
                response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
        assertThat(content.has(mediaType))
                .as("undocumented media type %s: %s", mediaType, what)
                .isTrue();
        if (mediaType.endsWith("json")) {
            assertThat(
                            schemas.computeIfAbsent(
                                            content.path(mediaType).path("schema"), this::schema)
                                    .validate(parsed(response.body())))
                    .as(what)
                    .isEmpty();
        }
    }

    /** HEAD has the answer of GET, without its body (RFC 9110, section 9.3.2). */
    private static String operationOf(String method) {
        return method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
    }

    private JsonSchema schema(JsonNode described) {
        ObjectNode schema = (ObjectNode) strict(described.deepCopy());
        schema.set("components", components);
        return SCHEMAS.getSchema(schema);
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

    private static Contract read(String authority) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(
                                    URI.create("http://" + authority + "/q/openapi?format=json"))
                            .build();
            return new Contract(
                    JSON.readTree(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException failure) {
            throw new UncheckedIOException(body, failure);
        }
    }

    /** A path of the document with its operations, by method. */
    private record DocumentedPath(String template, Pattern pattern, JsonNode operations) {

        static DocumentedPath of(String template, JsonNode operations) {
            String expression =
                    Stream.of(template.split("/", -1))
                            .map(segment ->
                                    segment.startsWith("{") ? "[^/]+" : Pattern.quote(segment))
                            .reduce((left, right) -> left + "/" + right)
                            .orElseThrow();
            return new DocumentedPath(template, Pattern.compile(expression), operations);
        }
    }
}
