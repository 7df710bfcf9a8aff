package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.SocketClient;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Every limit of the table, at the doors it stands before. */
@ParleyTest
@TestProfile(RateLimitTest.Slow.class)
class RateLimitTest {

    @Test
    void letsExactlyBurstOfTurnsThrough() {
        Person person = newcomer();

        List<ApiResponse> answers = Person.atOnce(20, () -> person.says("hello", "echo"));

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(5);
        List<ApiResponse> refused =
                answers.stream().filter(answer -> answer.status() != 200).toList();
        assertThat(refused).hasSize(15).allSatisfy(RateLimitTest::saysWhenToComeAgain);
        assertThat(refused.getFirst().header("RateLimit-Policy")).isEqualTo("\"turns\";q=6;w=3600");
        assertThat(Postgres.database().usedBy(person)).isEqualTo(5);
    }

    @Test
    void tellsCallerWhatIsLeftOfTheirRequests() {
        Person person = newcomer();

        ApiResponse first = person.gets("/api/tasks");
        ApiResponse second = person.gets("/api/tasks");

        assertThat(first.header("RateLimit-Policy")).isEqualTo("\"requests\";q=12;w=3600");
        assertThat(first.header("RateLimit")).matches("\"requests\";r=11;t=300");
        assertThat(second.header("RateLimit")).matches("\"requests\";r=10;t=(599|600)");
    }

    @Test
    void countsEachAccountAndEachLimitByItself() {
        Person person = newcomer();
        for (int i = 0; i < 12; i++) {
            assertThat(person.gets("/api/tasks").status()).isEqualTo(200);
        }

        saysWhenToComeAgain(person.gets("/api/tasks"));
        saysWhenToComeAgain(person.gets("/api/tasks/" + UUID.randomUUID()));
        assertThat(person.says("hello", "echo").status()).isEqualTo(200);
        assertThat(newcomer().gets("/api/tasks").status()).isEqualTo(200);
    }

    @Test
    void countsTurnsOfSocketAsTurns() {
        Person person = newcomer();
        try (SocketClient socket = SocketClient.open(person)) {
            for (int i = 0; i < 6; i++) {
                socket.say(
                        "{\"type\":\"chat\",\"ref\":\"%d\",\"message\":\"hi\",\"agent_type\":\"echo\"}"
                                .formatted(i));
            }
            for (int i = 0; i < 5; i++) {
                socket.until(Integer.toString(i), "turn.succeeded");
            }

            assertThat(socket.next("5").path("code").asText()).isEqualTo("rate_limited");
        }
        saysWhenToComeAgain(person.says("hello", "echo"));
    }

    @Test
    void letsBurstOfPlanThroughWherePlanHasItsOwn() {
        Person person = newcomer();
        Postgres.database().subscribe(person, "pro");

        List<ApiResponse> answers = Person.atOnce(12, () -> person.says("hello", "echo"));

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(9);
        assertThat(person.gets("/api/tasks").header("RateLimit-Policy")).contains("q=12");
    }

    @Test
    void takesOnlySoManyRegistrationsFromOneAddress() {
        String address = "198.51.100." + address();

        List<ApiResponse> answers =
                Person.atOnce(8, () -> registers("r-" + UUID.randomUUID(), address));

        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(4);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 201)
                .hasSize(4)
                .allSatisfy(RateLimitTest::saysWhenToComeAgain);
        assertThat(registers("r-" + UUID.randomUUID(), "198.51.101." + address()).status())
                .isEqualTo(201);
    }

    /** What stands before the last that a trusted proxy told is the client's own word. */
    @Test
    void believesNoAddressThatClientTellsItself() {
        String address = "203.0.113." + address();
        for (int i = 0; i < 4; i++) {
            registers("r-" + UUID.randomUUID(), "10.9.8." + i + ", " + address);
        }

        saysWhenToComeAgain(registers("r-" + UUID.randomUUID(), "192.0.2.77, " + address));
        saysWhenToComeAgain(
                registers("r-" + UUID.randomUUID(), "127.0.0.1," + address + ", 127.0.0.2"));
    }

    /** As other proxies write it. */
    @Test
    void knowsAddressAgainWithPortAndAsVersionSix() {
        String address = "203.0.114." + address();
        for (int i = 0; i < 4; i++) {
            registers("r-" + UUID.randomUUID(), address + ":" + (4_000 + i));
        }

        saysWhenToComeAgain(registers("r-" + UUID.randomUUID(), "::ffff:" + address));
        assertThat(registers("r-" + UUID.randomUUID(), "::ffff:203.0.115." + address()).status())
                .isEqualTo(201);
    }

    @Test
    void takesNetworkOfVersionSixForOneAddress() {
        String network = "2001:db8:%x:%x".formatted(address(), address());
        for (int i = 0; i < 4; i++) {
            registers("r-" + UUID.randomUUID(), network + "::" + i);
        }

        saysWhenToComeAgain(registers("r-" + UUID.randomUUID(), network + ":ffff::1"));
    }

    @Test
    void countsWrongPasswordsAndNoRightOnes() {
        Person person = newcomer();
        for (int i = 0; i < 10; i++) {
            assertThat(signsIn(person.username(), Person.PASSWORD).status()).isEqualTo(200);
        }

        List<ApiResponse> guesses =
                Person.atOnce(20, () -> signsIn(person.username(), "guess " + UUID.randomUUID()));

        assertThat(guesses).filteredOn(answer -> answer.status() == 401).hasSize(3);
        assertThat(guesses)
                .filteredOn(answer -> answer.status() != 401)
                .hasSize(17)
                .allSatisfy(RateLimitTest::saysWhenToComeAgain);
        saysWhenToComeAgain(
                signsIn(person.username().toUpperCase(java.util.Locale.ROOT), Person.PASSWORD));
        assertThat(signsIn(newcomer().username(), Person.PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void countsGuessesAtManyNamesFromOneAddress() {
        String address = "198.51.102." + address();
        for (int i = 0; i < 3; i++) {
            signsIn("nobody-" + UUID.randomUUID(), "guess", address);
        }

        saysWhenToComeAgain(signsIn("nobody-" + UUID.randomUUID(), "guess", address));
    }

    /** A flood from one address cannot lock the owners of the names out. */
    @Test
    void addressWithoutTokensTouchesNoName() {
        Person person = newcomer();
        String address = "198.51.104." + address();
        for (int i = 0; i < 3; i++) {
            signsIn("nobody-" + UUID.randomUUID(), "guess", address);
        }

        for (int i = 0; i < 20; i++) {
            saysWhenToComeAgain(signsIn(person.username(), "guess", address));
        }

        assertThat(signsIn(person.username(), Person.PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void countsGuessesAtCurrentPasswordToo() {
        Person person = newcomer();
        String guess = "{\"current_password\":\"guess\",\"password\":\"a better horse\"}";
        for (int i = 0; i < 3; i++) {
            assertThat(changes(person, guess).status()).isEqualTo(403);
        }

        saysWhenToComeAgain(changes(person, guess));
        saysWhenToComeAgain(signsIn(person.username(), Person.PASSWORD));
    }

    private static ApiResponse changes(Person person, String body) {
        return person.patches("/api/me", body, "X-Forwarded-For", "198.51.103." + address());
    }

    private static void saysWhenToComeAgain(ApiResponse answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(429);
        assertThat(answer.code()).isEqualTo("rate_limited");
        assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
        assertThat(answer.header("RateLimit")).matches("\"[a-z-]+\";r=0;t=[1-9][0-9]*");
        assertThat(answer.header("RateLimit-Policy")).matches("\"[a-z-]+\";q=[0-9]+;w=[0-9]+");
    }

    /** Somebody new, from an address of their own. */
    private static Person newcomer() {
        String name = "p-" + UUID.randomUUID().toString().substring(0, 13);
        ApiResponse made = registers(name, "198.18.%d.%d".formatted(address(), address()));
        assertThat(made.status()).isEqualTo(201);
        return new Person(
                name,
                UUID.fromString(made.text("id")),
                signsIn(name, Person.PASSWORD).text("access_token"));
    }

    private static int address() {
        return Math.floorMod(UUID.randomUUID().hashCode(), 250) + 1;
    }

    private static ApiResponse registers(String name, String forwardedFor) {
        return sends(
                "/api/auth/register",
                forwardedFor,
                Map.of(
                        "username",
                        name,
                        "email",
                        name + "@example.org",
                        "password",
                        Person.PASSWORD));
    }

    private static ApiResponse signsIn(String name, String password) {
        return signsIn(name, password, "198.19.%d.%d".formatted(address(), address()));
    }

    private static ApiResponse signsIn(String name, String password, String forwardedFor) {
        return sends(
                "/api/auth/login", forwardedFor, Map.of("username", name, "password", password));
    }

    private static ApiResponse sends(String path, String forwardedFor, Map<String, String> fields) {
        var body = JsonNodeFactory.instance.objectNode();
        fields.forEach(body::put);
        return Person.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                        .header("Content-Type", "application/json")
                        .header("X-Forwarded-For", forwardedFor)
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build());
    }

    /** Rates that give nothing back while a test runs, and a trusted proxy at this machine. */
    public static final class Slow implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.ofEntries(
                    Map.entry("parley.ratelimit.enabled", "true"),
                    Map.entry("parley.http.trusted-proxies", "127.0.0.0/8,::1"),
                    Map.entry("parley.quota.plans.pro.limit", "1000"),
                    Map.entry("parley.ratelimit.turns.limit", "6"),
                    Map.entry("parley.ratelimit.turns.window", "1H"),
                    Map.entry("parley.ratelimit.turns.burst", "5"),
                    Map.entry("parley.ratelimit.plans.pro.turns.limit", "6"),
                    Map.entry("parley.ratelimit.plans.pro.turns.window", "1H"),
                    Map.entry("parley.ratelimit.plans.pro.turns.burst", "9"),
                    Map.entry("parley.ratelimit.requests.limit", "12"),
                    Map.entry("parley.ratelimit.requests.window", "1H"),
                    Map.entry("parley.ratelimit.requests.burst", "12"),
                    Map.entry("parley.ratelimit.registrations.limit", "4"),
                    Map.entry("parley.ratelimit.registrations.burst", "4"),
                    Map.entry("parley.ratelimit.failed-logins.limit", "3"),
                    Map.entry("parley.ratelimit.failed-logins.burst", "3"));
        }
    }
}
