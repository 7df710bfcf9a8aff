package dev.parley.turn.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Events;
import dev.parley.testing.Events.Event;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.TurnId;
import dev.parley.turn.engine.RunningTurnRegistry;
import dev.parley.turn.engine.TurnLimiter;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A turn told by server-sent events, during it and after it. */
@ParleyTest
public class StreamTest {

    private final InProcess<TestAgents.Gated> gated = InProcess.of(TestAgents.Gated.class);
    private final InProcess<TestAgents.Dictated> dictated = InProcess.of(TestAgents.Dictated.class);
    private final InProcess<RunningTurnRegistry> runningTurns =
            InProcess.of(RunningTurnRegistry.class);
    private final InProcess<TurnLimiter> limiter = InProcess.of(TurnLimiter.class);
    private final InProcess<AgroalDataSource> pool = InProcess.of(AgroalDataSource.class);

    @Test
    void tellsEachEventWithItsNumber() {
        Person person = Person.registered();
        List<Event> events;
        try (Events stream = Events.ofTurn(person, chat("Add a task: buy milk", "offline"))) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
            assertThat(stream.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            events = stream.rest();
        }

        assertThat(events.getFirst().name()).isEqualTo("turn.opened");
        assertThat(events.getFirst().id()).isEqualTo(1);
        assertThat(events.getFirst().text("status")).isEqualTo("running");
        assertThat(events).extracting(Event::name).contains("tool.called", "tool.returned");
        assertThat(events).extracting(Event::id).isSorted().doesNotHaveDuplicates();
        assertThat(events)
                .allSatisfy(event -> {
                    assertThat(event.text("type")).isEqualTo(event.name());
                    assertThat(UUID.fromString(event.text("turn_id"))).isNotNull();
                    assertThat(UUID.fromString(event.text("conversation_id"))).isNotNull();
                });
        Event last = events.getLast();
        assertThat(last.name()).isEqualTo("turn.succeeded");
        assertThat(last.data().path("reply").path("content").asText())
                .isEqualTo(Events.said(events))
                .contains("buy milk");
    }

    @Test
    void endsStreamOnceTokensOfAccountHaveEndedAndKeepsTurn() throws Exception {
        Person person = Person.registered();
        Person other = Person.registered();
        gated.get().close();
        try (Events stream =
                        Events.ofTurn(
                                person,
                                """
                                {"message":"wait","agent_type":"gated","on_disconnect":"cancel"}
                                """);
                Events ofOther = Events.ofTurn(other, chat("wait", "gated"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            CompletableFuture<List<Event>> rest = CompletableFuture.supplyAsync(stream::rest);

            Postgres.database().endTokensOf(person);

            Wait.until(rest::isDone);
            assertThat(rest.join()).isEmpty();
            try (Events again = Events.following(person, turn, 1)) {
                assertThat(again.status()).isEqualTo(401);
            }
            gated.get().open();
            assertThat(ofOther.rest().getLast().name()).isEqualTo("turn.succeeded");
            Wait.until(() -> Postgres.database().statusOf(turn).equals("succeeded"));
        } finally {
            gated.get().open();
        }
    }

    /** The agent waits for the client to have seen the first event: it does not come otherwise. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void tellsOfOpeningBeforeAgentSaysAnything() {
        gated.get().close();
        try (Events stream = Events.ofTurn(Person.registered(), chat("wait", "gated"))) {
            assertThat(stream.next().orElseThrow().name()).isEqualTo("turn.opened");
            gated.get().open();
            assertThat(stream.rest()).last().extracting(Event::name).isEqualTo("turn.succeeded");
        } finally {
            gated.get().open();
        }
    }

    /** Each piece is handed to the agent when the client has read the one before. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void tellsEachDeltaBeforeNextIsSaid() {
        String message = "dictation " + UUID.randomUUID();
        try (Events stream = Events.ofTurn(Person.registered(), chat(message, "dictated"))) {
            stream.next();
            for (int piece = 1; piece <= 20; piece++) {
                dictated.get().say(message, piece + " ");
                Event event = stream.next().orElseThrow();
                assertThat(event.text("delta")).isEqualTo(piece + " ");
                assertThat(event.id()).isEqualTo(piece + 1L);
            }
            dictated.get().say(message, TestAgents.Dictated.END);
            assertThat(stream.rest()).singleElement().extracting(Event::id).isEqualTo(22L);
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void goesOnBehindEveryNumberDuringTurnAndAfterIt() {
        Person person = Person.registered();
        String message = "dictation " + UUID.randomUUID();
        String turn;
        List<String> pieces = List.of("one ", "two \uD83D", "\uDE80 ", "three", " four");
        String whole = String.join("", pieces);
        try (Events stream = Events.ofTurn(person, chat(message, "dictated"))) {
            turn = stream.next().orElseThrow().text("turn_id");
            pieces.forEach(piece -> dictated.get().say(message, piece));
            Wait.until(() ->
                    runningTurns.get().stream(id(turn)).orElseThrow().eventCount()
                            == pieces.size());

            List<String> during = new ArrayList<>();
            for (int after = 0; after <= pieces.size(); after++) {
                try (Events resumed = Events.following(person, turn, after)) {
                    during.add(firstDelta(resumed));
                }
            }
            dictated.get().say(message, TestAgents.Dictated.END);
            List<Event> rest = stream.rest();
            assertThat(Events.said(rest)).isEqualTo(whole);
            assertThat(during).allSatisfy(piece -> assertThat(whole).endsWith(piece));
        }

        long last = pieces.size() + 2L;
        for (int after = 0; after <= last; after++) {
            try (Events resumed = Events.following(person, turn, after)) {
                List<Event> events = resumed.rest();
                String before =
                        String.join("", pieces.subList(0, Math.clamp(after - 1, 0, pieces.size())));
                // Half a character is told with its other half
                String told =
                        before.endsWith("\uD83D")
                                ? before.substring(0, before.length() - 1)
                                : before;
                assertThat(told + Events.said(events)).isEqualTo(whole);
                if (after < last) {
                    assertThat(events.getLast().id()).isEqualTo(last);
                    assertThat(events.getLast().name()).isEqualTo("turn.succeeded");
                } else {
                    assertThat(events).isEmpty();
                }
            }
        }
    }

    private static String firstDelta(Events stream) {
        Event event = stream.next().orElseThrow();
        return event.name().equals("turn.opened")
                ? stream.next().orElseThrow().text("delta")
                : event.text("delta");
    }

    @Test
    void tellsWhatWasSaidBeforeFailureAlsoAfterwards() {
        Person person = Person.registered();
        List<Event> live;
        try (Events stream = Events.ofTurn(person, chat("answer half", "assistant"))) {
            live = stream.rest();
        }
        assertThat(live.getLast().name()).isEqualTo("turn.failed");
        assertThat(live.getLast().data().path("error").path("code").asText())
                .isEqualTo("agent_failed");

        try (Events again = Events.following(person, live.getFirst().text("turn_id"), 0)) {
            List<Event> replayed = again.rest();
            assertThat(Events.said(replayed)).isEqualTo(Events.said(live)).startsWith("half of");
            assertThat(replayed.getLast().id()).isEqualTo(live.getLast().id());
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void turnGoesOnWithoutItsClient() {
        Person person = Person.registered();
        String turn;
        gated.get().close();
        try (Events stream = Events.ofTurn(person, chat("wait", "gated"))) {
            turn = stream.next().orElseThrow().text("turn_id");
        }
        gated.get().open();

        Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("succeeded"));
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void turnIsCancelledWithItsClientWhereThatIsWanted() {
        Person person = Person.registered();
        String message = "dictation " + UUID.randomUUID();
        String turn;
        try (Events stream =
                Events.ofTurn(
                        person,
                        """
                        {"message":"%s","agent_type":"dictated","on_disconnect":"cancel"}
                        """
                                .formatted(message))) {
            turn = stream.next().orElseThrow().text("turn_id");
            dictated.get().say(message, "as far as this");
            assertThat(stream.next()).isPresent();
        }

        Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("cancelled"));
        assertThat(person.gets("/api/turns/" + turn).reply()).isEqualTo("as far as this");
    }

    /** It reads nothing until the turn has ended; the agent does not wait for it. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void turnIsNotSlowedByReaderThatDoesNotRead() throws Exception {
        Person person = Person.registered();
        try (Socket reader = new Socket("localhost", RestAssured.port)) {
            reader.setReceiveBufferSize(4_096);
            send(reader, person, chat("25000", "talkative"));
            String turn = Wait.forText(() -> Postgres.database().turnIdsOf(person, "succeeded"));

            String read = readToTheEnd(reader.getInputStream());

            assertThat(read).contains("turn.succeeded");
            String reply = person.gets("/api/turns/" + turn).reply();
            assertThat(saidIn(read)).isEqualTo(reply);
            // Joined: far fewer events than deltas
            assertThat(read.split("event:", -1)).hasSizeLessThan(20_000);
        }
    }

    private static void send(Socket socket, Person person, String body) throws IOException {
        String request =
                """
                POST /api/chat HTTP/1.1\r
                Host: localhost\r
                Authorization: Bearer %s\r
                Accept: text/event-stream\r
                Content-Type: application/json\r
                Content-Length: %d\r
                Connection: close\r
                \r
                %s\
                """
                        .formatted(person.token(), body.length(), body);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readToTheEnd(InputStream in) throws IOException {
        String whole = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return whole.replaceAll("\r\n[0-9a-f]+\r\n", "");
    }

    private static String saidIn(String stream) {
        StringBuilder said = new StringBuilder();
        java.util.regex.Pattern.compile("\"delta\":\"([^\"]*)\"")
                .matcher(stream)
                .results()
                .forEach(delta -> said.append(delta.group(1)));
        return said.toString();
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void writesCommentsWhileStreamIsQuiet() throws Exception {
        gated.get().close();
        try (Events stream = Events.ofTurn(Person.registered(), chat("wait", "gated"))) {
            Thread reader = Thread.ofVirtual().start(stream::rest);
            Wait.until(() -> stream.comments() > 1);
            gated.get().open();
            reader.join();
        } finally {
            gated.get().open();
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void leavesNothingBehindOfManyStreams() {
        Person person = Person.registered();
        streamed(person, 20);
        int threads = Thread.activeCount();

        streamed(person, 200);
        List<Callable<Boolean>> atOnce = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            atOnce.add(() -> {
                streamed(person, 1);
                return true;
            });
        }
        Person.atOnce(atOnce);

        Wait.until(() -> limiter.get().count() == 0 && runningTurns.get().all().isEmpty());
        Wait.until(() -> pool.get().getMetrics().activeCount() == 0);
        assertThat(Thread.activeCount()).isLessThan(threads + 20);
        assertThat(Postgres.database().usedBy(person)).isEqualTo(420);
    }

    private static void streamed(Person person, int times) {
        for (int i = 0; i < times; i++) {
            try (Events stream = Events.ofTurn(person, chat("50", "talkative"))) {
                assertThat(stream.rest())
                        .last()
                        .extracting(Event::name)
                        .isEqualTo("turn.succeeded");
            }
        }
    }

    /** As clients do that read whichever comes; the first type in the header is preferred. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json, text/event-stream | application/json",
                "text/event-stream;q=0.5, application/json | application/json",
                "text/event-stream, application/json;q=0.5 | text/event-stream"
            })
    void answersInTheTypeThatTheClientPrefers(String accept, String type) {
        Person.ApiResponse answer =
                Person.registered().posts("/api/chat", "{\"message\":\"hello\"}", "Accept", accept);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith(type);
    }

    @Test
    void refusesBeforeItStreams() {
        Person person = Person.registered();
        try (Events refused = Events.ofTurn(person, chat("hello", "nobody"))) {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        }
        try (Events missing = Events.following(person, UUID.randomUUID().toString(), 0)) {
            assertThat(missing.status()).isEqualTo(404);
        }
        String theirs = Person.registered().says("mine", "echo").text("turn_id");
        try (Events foreign = Events.following(person, theirs, 0)) {
            assertThat(foreign.status()).isEqualTo(404);
        }
        assertThat(person.gets("/api/turns/" + theirs + "/events?after=x").status()).isIn(400, 406);
    }

    @Test
    void goesOnBehindNumberFromHeaderOrFromQueryWhereBothAreGiven() {
        Person person = Person.registered();
        String turn;
        List<Event> whole;
        try (Events stream = Events.ofTurn(person, chat("Add a task: buy milk", "offline"))) {
            whole = stream.rest();
            turn = whole.getFirst().text("turn_id");
        }
        long last = whole.getLast().id();

        List<Event> byHeader = events(person, turn, "", "Last-Event-ID", Long.toString(last - 1));
        List<Event> byQuery = events(person, turn, "?after=" + (last - 1));
        List<Event> byBoth = events(person, turn, "?after=" + (last - 1), "Last-Event-ID", "1");
        List<Event> byNothing = events(person, turn, "");

        assertThat(byHeader).extracting(Event::id).containsExactly(last);
        assertThat(byQuery).extracting(Event::id).containsExactly(last);
        assertThat(byBoth).extracting(Event::id).containsExactly(last);
        assertThat(byNothing.getFirst().id()).isEqualTo(1);
    }

    private static List<Event> events(Person person, String turn, String query, String... headers) {
        String path = "/api/turns/" + turn + "/events" + query;
        try (Events stream =
                Events.open(Events.request(RestAssured.port, path, person.token()), headers)) {
            assertThat(stream.status()).isEqualTo(200);
            return stream.rest();
        }
    }

    @Test
    void tellsProxiesNotToHoardFollowedStream() {
        Person person = Person.registered();
        String turn = person.says("hello", "echo").text("turn_id");

        try (Events stream = Events.following(person, turn, 0)) {
            assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
            assertThat(stream.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
        }
    }

    private static TurnId id(String turn) {
        return new TurnId(UUID.fromString(turn));
    }

    public static String chat(String message, String agent) {
        return "{\"message\":\"%s\",\"agent_type\":\"%s\"}".formatted(message, agent);
    }
}
