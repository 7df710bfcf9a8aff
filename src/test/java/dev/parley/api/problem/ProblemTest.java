package dev.parley.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.restassured.RestAssured;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Walks the whole catalogue: each code is provoked over HTTP, or is known to come with a later
 * issue.
 */
@ParleyTest
@ExpectedErrors("The job .+ failed") // The database is made to fail
class ProblemTest {

    /** Their doors are not there yet. */
    private static final Set<ProblemCode> TO_COME =
            EnumSet.of(
                    ProblemCode.TURN_CANCELLED,
                    ProblemCode.TURN_INTERRUPTED,
                    ProblemCode.IDEMPOTENCY_KEY_REUSED,
                    ProblemCode.RATE_LIMITED);

    /**
     * Provoked where what they need is at hand: ModelTurnTest, UnreachableModelTest,
     * ConversationClaimTest, LastAdminTest, TaskTest.
     */
    private static final Set<ProblemCode> ELSEWHERE =
            EnumSet.of(
                    ProblemCode.AGENT_FAILED,
                    ProblemCode.AGENT_UNAVAILABLE,
                    ProblemCode.AGENT_TIMEOUT,
                    ProblemCode.CONVERSATION_BUSY,
                    ProblemCode.LAST_ADMIN,
                    ProblemCode.LIMIT_REACHED,
                    // ApprovalTest
                    ProblemCode.CONVERSATION_WAITING,
                    ProblemCode.ALREADY_DECIDED,
                    ProblemCode.APPROVAL_EXPIRED,
                    // SummariesOffTest
                    ProblemCode.SUMMARIES_OFF,
                    // QueueTest
                    ProblemCode.TURN_REMOVED,
                    ProblemCode.TURN_NOT_QUEUED,
                    // InvitedRegistrationTest, ExternalIssuerTest and DisabledAccountTest
                    ProblemCode.REGISTRATION_CLOSED,
                    ProblemCode.INVITATION_REQUIRED,
                    ProblemCode.ACCOUNT_DISABLED,
                    ProblemCode.OVERLOADED,
                    // MalformedRequestTest and SlowRequestTest
                    ProblemCode.REQUEST_TIMEOUT,
                    ProblemCode.URI_TOO_LONG,
                    ProblemCode.HEADERS_TOO_LARGE);

    private final InProcess<Problems> problems = InProcess.of(Problems.class);

    private static final String TITLE = "{\"title\":\"another\"}";

    private static final Map<ProblemCode, Function<Person, ApiResponse>> PROVOCATIONS =
            provocations();

    @ExpectedErrors("agent broken failed unexpectedly")
    @Test
    void tellsProblemForEachCodeOfTheCatalogue() {
        Set<ProblemCode> known = EnumSet.copyOf(PROVOCATIONS.keySet());
        known.addAll(TO_COME);
        known.addAll(ELSEWHERE);
        assertThat(known).isEqualTo(EnumSet.allOf(ProblemCode.class));

        PROVOCATIONS.forEach((code, provocation) -> {
            if (code == ProblemCode.INTERNAL_ERROR && !InProcess.isHere()) {
                return; // only an agent of the tests' own breaks like that
            }
            Person person = Person.registered();
            try {
                isProblem(provocation.apply(person), code);
            } finally {
                Postgres.proxy().behave();
            }
        });
    }

    @Test
    void openApiDocumentHasEveryProblemCode() {
        ApiResponse document = openApi();

        Set<String> codes =
                StreamSupport.stream(
                                document.json()
                                        .path("components")
                                        .path("schemas")
                                        .path("ProblemCode")
                                        .path("enum")
                                        .spliterator(),
                                false)
                        .map(code -> code.asText())
                        .collect(Collectors.toSet());
        assertThat(codes)
                .isEqualTo(
                        EnumSet.allOf(ProblemCode.class).stream()
                                .map(ProblemCode::code)
                                .collect(Collectors.toSet()));
        assertThat(
                        document.json()
                                .path("paths")
                                .path("/api/chat")
                                .path("post")
                                .path("responses")
                                .path("504")
                                .path("content")
                                .path(Problem.MEDIA_TYPE)
                                .path("schema")
                                .path("$ref")
                                .asText())
                .isEqualTo("#/components/schemas/Problem");
        assertThat(
                        document.json()
                                .path("components")
                                .path("schemas")
                                .path("ChatRequest")
                                .path("properties")
                                .has("conversation_id"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "",
                "null",
                "[]",
                "\"hello\"",
                "{\"message\":7}",
                "{\"message\":true}",
                "{\"message\":null}",
                "{\"message\":\"\"}",
                "{\"message\":\"   \"}",
                "{\"message\":\"a\",\"message\":\"b\"}",
                "{\"message\":\"a\"} trailing",
                "{\"message\":\"a\",\"unknown_field\":1}",
                "{\"message\":\"a\",\"conversation_id\":\"not-an-id\"}",
                "{\"message\":\"a\",\"conversation_id\":7}",
                "{\"message\":\"nul \\u0000\"}",
                "{\"message\":\"half a pair \\ud83d\"}",
                "{\"message\":\"a\",\"agent_type\":\"\"}",
            })
    void refusesBodyThatIsNotTheExpectedJson(String body) {
        Person person = Person.registered();

        isProblem(person.posts("/api/chat", body), ProblemCode.INVALID_REQUEST);

        assertThat(Postgres.database().usedBy(person)).isZero();
    }

    @Test
    void namesFieldThatIsNotKnown() {
        ApiResponse answer =
                Person.registered().posts("/api/chat", "{\"message\":\"a\",\"mesage\":\"b\"}");

        assertThat(answer.json().path("errors").get(0).path("field").asText()).isEqualTo("mesage");
    }

    @Test
    void problemBearsRequestIdOfItsResponse() {
        ApiResponse answer = Person.send("GET", "/nowhere", null, null);

        assertThat(answer.header("X-Request-Id")).isNotEmpty();
        assertThat(answer.text("instance")).endsWith(answer.header("X-Request-Id"));
    }

    @Test
    void takesRequestIdOfCallerOnlyWhereItIsHarmless() {
        assertThat(requestIdAfter("my-request-1")).isEqualTo("my-request-1");
        assertThat(requestIdAfter("x".repeat(65))).doesNotContain("xxx");
        assertThat(requestIdAfter("a b<script>")).doesNotContain("script");
    }

    @Test
    void refusesBodyInChunksThatIsTooLarge() {
        Person person = Person.registered();
        // A message as short as can be: nothing but the size of the body is wrong
        String body = "{\"message\":\"a\"}" + " ".repeat(400_000);
        HttpRequest request =
                HttpRequest.newBuilder(uri("/api/chat"))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + person.token())
                        .POST(
                                HttpRequest.BodyPublishers.fromPublisher(
                                        HttpRequest.BodyPublishers.ofString(body)))
                        .build();

        isProblem(Person.send(request), ProblemCode.TOO_LARGE);
    }

    @Test
    void refusesBodyThatIsTooLargeByItsLength() {
        Person person = Person.registered();
        // A message as short as can be: nothing but the size of the body is wrong
        String body = "{\"message\":\"a\"}" + " ".repeat(400_000);

        ApiResponse refused = person.posts("/api/chat", body);

        isProblem(refused, ProblemCode.TOO_LARGE);
        assertThat(Postgres.database().turnsOf(person)).isZero();
    }

    @Test
    void asksForTokenByItsScheme() {
        assertThat(Person.send("GET", "/api/tasks", null, null).header("WWW-Authenticate"))
                .isEqualTo("Bearer");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void roundsTheWaitUpToWholeSeconds() {
        assertThat(waitTold(Duration.ZERO)).isEqualTo("1");
        assertThat(waitTold(Duration.ofMillis(1_001))).isEqualTo("2");
        assertThat(waitTold(Duration.ofSeconds(3))).isEqualTo("3");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @ExpectedErrors("A request failed unexpectedly")
    @Test
    void keepsWhatBrokeToItself() {
        IllegalStateException broken = new IllegalStateException("the secret of the database");

        try (Response response = problems.get().response(broken)) {
            assertThat(response.getStatus()).isEqualTo(500);
            assertThat(response.getEntity().toString()).doesNotContain("secret");
        }
        assertThat(problems.get().of(broken).toString()).doesNotContain("secret");
    }

    /** Nobody reads the response; what is logged as an error would wake somebody. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void clientThatHasGoneIsNoError() {
        for (Exception gone :
                List.of(
                        new ClosedChannelException(),
                        new IllegalStateException(new ClosedChannelException()))) {
            try (Response response = problems.get().response(gone)) {
                assertThat(response.getStatus()).isEqualTo(400);
            }
        }
    }

    private String waitTold(Duration wait) {
        ParleyException refusal = new ParleyException(ProblemCode.RATE_LIMITED, "Slowly.", wait);
        try (Response response = problems.get().response(refusal)) {
            return response.getHeaderString("Retry-After");
        }
    }

    private static Map<ProblemCode, Function<Person, ApiResponse>> provocations() {
        Map<ProblemCode, Function<Person, ApiResponse>> all = new EnumMap<>(ProblemCode.class);
        all.put(ProblemCode.INVALID_REQUEST, person -> person.posts("/api/chat", "{}"));
        all.put(
                ProblemCode.UNAUTHENTICATED,
                person -> Person.send("GET", "/api/auth/me", null, null));
        all.put(ProblemCode.NOT_FOUND, person -> person.gets("/api/nowhere"));
        all.put(ProblemCode.METHOD_NOT_ALLOWED, person -> person.deletes("/api/chat"));
        all.put(ProblemCode.NOT_ACCEPTABLE, person -> with(person, "Accept", "text/csv"));
        all.put(ProblemCode.ALREADY_EXISTS, ProblemTest::registeredAgain);
        all.put(ProblemCode.TOO_LARGE, person -> person.says("x".repeat(300_000), "echo"));
        all.put(
                ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                person -> with(person, "Content-Type", "text/plain"));
        all.put(
                ProblemCode.QUOTA_EXHAUSTED,
                person -> {
                    Postgres.database().leaveQueries(person.id(), 0, 1000);
                    return person.says("hello", "echo");
                });
        all.put(ProblemCode.FORBIDDEN, person -> person.gets("/api/admin/users"));
        all.put(
                ProblemCode.PRECONDITION_REQUIRED,
                person -> person.patches(conversation(person), TITLE));
        all.put(
                ProblemCode.VERSION_CONFLICT,
                person -> person.patches(conversation(person), TITLE, "If-Match", "\"7\""));
        all.put(ProblemCode.INTERNAL_ERROR, person -> person.says("hello", "broken"));
        all.put(
                ProblemCode.DATABASE_UNAVAILABLE,
                person -> {
                    Postgres.proxy().goAway();
                    return person.gets("/api/tasks");
                });
        return all;
    }

    private static String conversation(Person person) {
        return "/api/conversations/" + person.says("hello", "echo").text("conversation_id");
    }

    /** Generated clients ask so where a success has no content. */
    @Test
    void welcomesClientThatAcceptsProblemsAlone() {
        Person person = Person.registered();
        String task = "/api/tasks/" + person.posts("/api/tasks", "{\"title\":\"a\"}").text("id");

        ApiResponse read = accepting(person, "GET", task, Problem.MEDIA_TYPE);
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.header("Content-Type")).startsWith("application/json");
        assertThat(accepting(person, "DELETE", task, "text/csv").status()).isEqualTo(204);
        isProblem(accepting(person, "DELETE", task, Problem.MEDIA_TYPE), ProblemCode.NOT_FOUND);
        isProblem(accepting(person, "GET", task, "text/csv"), ProblemCode.NOT_ACCEPTABLE);
    }

    private static ApiResponse accepting(
            Person person, String method, String path, String accepted) {
        return Person.send(
                HttpRequest.newBuilder(uri(path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .header("Authorization", "Bearer " + person.token())
                        .header("Accept", accepted)
                        .build());
    }

    private static void isProblem(ApiResponse answer, ProblemCode code) {
        assertThat(answer.status()).as("%s: %s", code, answer).isEqualTo(code.status());
        assertThat(answer.header("Content-Type")).startsWith(Problem.MEDIA_TYPE);
        assertThat(answer.code()).isEqualTo(code.code());
        assertThat(answer.text("type")).isEqualTo("urn:parley:problem:" + code.code());
        assertThat(answer.text("title")).isEqualTo(code.title());
        assertThat(answer.json().path("status").asInt()).isEqualTo(code.status());
        assertThat(answer.text("detail")).isNotBlank();
        assertThat(answer.text("instance")).startsWith("urn:parley:request:");
        assertThat(answer.header("Retry-After").isEmpty())
                .as("%s: %s", code, answer)
                .isEqualTo(code.status() != 429 && code.status() != 503);
        assertThat(answer.body()).doesNotContain("Exception").doesNotContain("\tat ");
    }

    private static ApiResponse with(Person person, String header, String value) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri("/api/chat"))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"message\":\"a\"}"));
        request.header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + person.token());
        return Person.send(request.setHeader(header, value).build());
    }

    private static ApiResponse registeredAgain(Person person) {
        return Person.send(
                "POST",
                "/api/auth/register",
                null,
                "{\"username\":\"%s\",\"email\":\"x@example.org\",\"password\":\"long enough\"}"
                        .formatted(person.username()));
    }

    private static String requestIdAfter(String brought) {
        return Person.send(
                        HttpRequest.newBuilder(uri("/nowhere"))
                                .header("X-Request-Id", brought)
                                .build())
                .header("X-Request-Id");
    }

    private static ApiResponse openApi() {
        return Person.send(HttpRequest.newBuilder(uri("/q/openapi?format=json")).build());
    }

    private static URI uri(String path) {
        return URI.create("http://localhost:" + RestAssured.port + path);
    }
}
