package dev.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.InProcess;
import dev.parley.testing.Operations;
import dev.parley.testing.Operations.Operation;
import dev.parley.testing.Operations.World;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.restassured.RestAssured;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of the OpenAPI document: succeeds as the document says, refuses bad input by a
 * problem that the document has, and holds nothing afterwards, however it went.
 */
@ParleyTest
class EveryOperationTest {

    /** Eight times as many as there are connections. */
    private static final int TIMES = 80;

    private static final int AT_ONCE = 8;

    /** Operations of which fewer are let in at the same time; more are refused as overloaded. */
    private static final Map<String, Integer> BOUNDED =
            Map.of("GET /api/me/export", 1, "DELETE /api/admin/users/{id}", 2);

    /** Operations after which the caller's token is good for nothing. */
    private static final Set<String> ENDING = Set.of("DELETE /api/me", "DELETE /api/auth/tokens");

    private final InProcess<AgroalDataSource> pool = InProcess.of(AgroalDataSource.class);

    static List<Operation> operations() {
        return Operations.all();
    }

    static List<Operation> repeatable() {
        return operations().stream()
                .filter(operation -> !ENDING.contains(operation.name()))
                .toList();
    }

    static List<Operation> withBody() {
        return operations().stream().filter(operation -> operation.body() != null).toList();
    }

    @Test
    void standsInTheDocumentAndHere() {
        Set<String> documented = new TreeSet<>();
        document()
                .path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .fieldNames()
                                .forEachRemaining(method -> {
                                    if (!method.equals("parameters")) {
                                        documented.add(
                                                method.toUpperCase(Locale.ROOT)
                                                        + " "
                                                        + path.getKey());
                                    }
                                }));

        assertThat(operations().stream().map(Operation::name))
                .containsExactlyInAnyOrderElementsOf(documented);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void isDescribed(Operation operation) {
        JsonNode described = described(operation);

        assertThat(described.path("summary").asText()).isNotBlank();
        assertThat(described.path("tags")).isNotEmpty();
        if (!operation.template().matches("/api/auth/(register|login)")) {
            assertThat(described.path("responses").has("401")).isTrue();
        }
        if (operation.template().contains("{")) {
            assertThat(described.path("responses").has("404")).isTrue();
        }
        if (operation.body() != null) {
            assertThat(described.path("responses").has("400")).isTrue();
            JsonNode schema = resolved(body(described).path("schema"));
            schema.path("properties")
                    .properties()
                    .forEach(property ->
                            assertThat(hasExample(property.getValue()))
                                    .as("%s: an example of %s", operation.name(), property.getKey())
                                    .isTrue());
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void succeedsAsTheDocumentSays(Operation operation) { // Person compares each answer with it
        ApiResponse answer = operation.call(World.made());

        assertThat(answer.status()).as(answer.toString()).isBetween(200, 299);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void asksForATokenFirst(Operation operation) {
        if (operation.template().matches("/api/auth/(register|login)")) {
            return;
        }
        World world = World.made();
        Person nobody = new Person("nobody", new UUID(0, 0), "no.real.token");

        ApiResponse answer =
                operation.send(nobody, operation.path().apply(world), bytes(operation, world));

        assertThat(answer.code()).as(answer.toString()).isEqualTo("unauthenticated");
        if (operation.isForAdmins()) {
            assertThat(
                            operation
                                    .send(
                                            world.person(),
                                            operation.path().apply(world),
                                            bytes(operation, world))
                                    .code())
                    .isEqualTo("forbidden");
        }
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void refusesBadBodies(Operation operation) {
        World world = World.made();
        List<String> refused = new ArrayList<>();
        for (byte[] bad : badBodies(operation, world)) {
            ApiResponse answer =
                    operation.send(operation.caller(world), operation.path().apply(world), bad);
            if (answer.status() >= 500) {
                refused.add(new String(bad, StandardCharsets.UTF_8) + " -> " + answer);
            }
        }
        for (byte[] bad : hopelessBodies(operation, world)) {
            ApiResponse answer =
                    operation.send(operation.caller(world), operation.path().apply(world), bad);
            if (answer.status() != 400 || !answer.code().equals("invalid_request")) {
                refused.add(new String(bad, StandardCharsets.UTF_8) + " -> " + answer);
            }
        }

        assertThat(refused).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void refusesBadPathsAndQueries(Operation operation) {
        World world = World.made();
        List<String> wrong = new ArrayList<>();
        for (String path : badPaths(operation, world)) {
            ApiResponse answer =
                    operation.send(operation.caller(world), path, bytes(operation, world));
            if (answer.status() < 400 || answer.status() >= 500) {
                wrong.add(path + " -> " + answer);
            }
        }

        assertThat(wrong).isEmpty();
    }

    @DisabledOnIntegrationTest("It looks inside")
    @ParameterizedTest
    @MethodSource("repeatable")
    void holdsNothingHoweverOftenItSucceedsOrFails(Operation operation) {
        World world = World.made();
        Set<Integer> good = ConcurrentHashMap.newKeySet();
        Set<Integer> bad = ConcurrentHashMap.newKeySet();
        int callers = BOUNDED.getOrDefault(operation.name(), AT_ONCE);
        Callable<Boolean> calls =
                () -> {
                    for (int i = 0; i < TIMES / callers; i++) {
                        good.add(operation.call(world).status());
                        bad.add(
                                operation
                                        .send(
                                                operation.caller(world),
                                                failing(operation, world),
                                                "{".getBytes(StandardCharsets.UTF_8))
                                        .status());
                    }
                    return true;
                };

        Person.atOnce(callers, calls);

        // Several callers at once meet at the same row: a call that came too late may find nothing
        assertThat(good).allMatch(status -> status / 100 == 2 || status == 404 || status == 409);
        assertThat(bad).allMatch(status -> status < 500);
        Wait.until(() -> pool.get().getMetrics().activeCount() == 0);
        assertThat(pool.get().getMetrics().awaitingCount()).isZero();
        Wait.until(() -> Postgres.database().idleInTransaction() == 0);
    }

    /** What makes it fail: an id that nobody has, or a body that is none. */
    private static String failing(Operation operation, World world) {
        return operation.template().contains("{id}")
                ? template(operation).replace("{id}", UUID.randomUUID().toString())
                : operation.path().apply(world);
    }

    private static String template(Operation operation) {
        return operation
                .template()
                .replace("{step}", "1")
                .replace("{turn_id}", UUID.randomUUID().toString());
    }

    private static List<String> badPaths(Operation operation, World world) {
        List<String> bad = new ArrayList<>();
        String template = template(operation);
        if (template.contains("{id}")) {
            for (String id :
                    List.of(
                            "not-an-id",
                            UUID.randomUUID().toString(),
                            "00000000-0000-0000-0000-000000000000",
                            "%00",
                            "x".repeat(300))) {
                bad.add(template.replace("{id}", id));
            }
            if (!operation.isForAdmins()) {
                World other = World.made();
                bad.add(operation.path().apply(other));
            }
        }
        if (template.contains("{key}")) {
            for (String key :
                    List.of("no-such-key", "UPPER", "%00", "a%20b", "x".repeat(65), "%F0%28")) {
                if (!(operation.method().equals("PUT") && key.equals("no-such-key"))) {
                    bad.add(template.replace("{key}", key));
                }
            }
        }
        if (template.contains("{name}") || template.contains("{agent_type}")) {
            for (String name : List.of("%00", "x".repeat(65), "%07", "%20")) {
                bad.add(template.replaceAll("\\{(name|agent_type)}", name));
            }
        }
        if (parameters(operation).contains("cursor")) {
            String path =
                    operation.path().apply(world).replaceFirst("\\?limit=1(&cursor=[^&]*)?$", "");
            String and = path.contains("?") ? "&" : "?";
            for (String query :
                    List.of(
                            "limit=0",
                            "limit=101",
                            "limit=-1",
                            "limit=x",
                            "limit=99999999999",
                            "cursor=!",
                            "cursor=%00",
                            "cursor=AAAA",
                            "cursor=" + "A".repeat(2_000))) {
                bad.add(path + and + query);
            }
        }
        return bad;
    }

    /** Each field of a good body spoilt in each way: none of them may break us. */
    private static List<byte[]> badBodies(Operation operation, World world) {
        List<byte[]> bad = new ArrayList<>();
        JsonNode good = operation.example(world);
        for (String field : (Iterable<String>) good::fieldNames) {
            for (String value :
                    List.of(
                            "null",
                            "7",
                            "-1",
                            "1e999",
                            "99999999999999999999",
                            "true",
                            "[]",
                            "{}",
                            "\"\"",
                            "\" \"",
                            "\"nul \\u0000\"",
                            "\"half a pair \\ud83d\"",
                            "\"+999999999-12-31\"",
                            "\"-4714-11-23\"",
                            "\"0000-01-01\"",
                            "\"9999-12-31\"",
                            "\"" + "x".repeat(40_000) + "\"",
                            "[".repeat(500) + "]".repeat(500))) {
                bad.add(spoilt(good, field, value));
            }
            ObjectNode without = good.deepCopy();
            without.remove(field);
            bad.add(without.toString().getBytes(StandardCharsets.UTF_8));
        }
        return bad;
    }

    /** These are refused wherever a body is expected. */
    private static List<byte[]> hopelessBodies(Operation operation, World world) {
        ObjectNode good = operation.example(world).deepCopy();
        String field = good.fieldNames().next();
        String whole = good.toString();
        List<byte[]> bad = new ArrayList<>();
        for (String body :
                List.of(
                        "",
                        "{",
                        "[]",
                        "null",
                        "7",
                        "\"text\"",
                        whole + " x",
                        "{\"%1$s\":%2$s,\"%1$s\":%2$s}".formatted(field, good.get(field)),
                        good.deepCopy().put("not_known_here", 1).toString())) {
            bad.add(body.getBytes(StandardCharsets.UTF_8));
        }
        bad.add(new byte[] {'{', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'});
        return bad;
    }

    private static byte[] spoilt(JsonNode good, String field, String value) {
        StringBuilder body = new StringBuilder("{");
        good.properties()
                .forEach(property ->
                        body.append(body.length() > 1 ? "," : "")
                                .append('"')
                                .append(property.getKey())
                                .append("\":")
                                .append(
                                        property.getKey().equals(field)
                                                ? value
                                                : property.getValue().toString()));
        return body.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Operation operation, World world) {
        return operation.body() == null
                ? new byte[0]
                : operation.body().apply(world).getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> parameters(Operation operation) {
        List<String> names = new ArrayList<>();
        described(operation)
                .path("parameters")
                .forEach(node -> names.add(node.path("name").asText()));
        return names;
    }

    private static JsonNode described(Operation operation) {
        return document()
                .path("paths")
                .path(operation.template())
                .path(operation.method().toLowerCase(Locale.ROOT));
    }

    private static JsonNode body(JsonNode described) {
        return described.path("requestBody").path("content").path("application/json");
    }

    private static JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        return reference.isEmpty() ? schema : document().at(reference.substring(1));
    }

    private static boolean hasExample(JsonNode property) {
        return property.has("examples")
                || property.has("example")
                || property.has("enum")
                || resolved(property).has("enum")
                || property.path("anyOf").findValues("$ref").stream()
                        .anyMatch(reference ->
                                document().at(reference.asText().substring(1)).has("enum"));
    }

    private static JsonNode document() {
        return Document.READ;
    }

    /** Read once. */
    private static final class Document {

        static final JsonNode READ =
                Person.send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        "http://localhost:"
                                                                + RestAssured.port
                                                                + "/q/openapi?format=json"))
                                        .build())
                        .json();
    }
}
