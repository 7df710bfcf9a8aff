package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.Events.Event;
import dev.parley.testing.ModelStub;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Replicas;
import dev.parley.testing.Wait;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Two real processes on one database: any of them serves any turn, and the death of one is
 * survived.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(ModelStub.COUNTERS)
class ReplicasIT {

    private static final String COUNTING = "{\"message\":\"count to 40 every 40\"}";

    private OwnPostgres postgres;
    private Replicas replicas;
    private Database database;
    private String token = "";

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        postgres = new OwnPostgres(folder.resolve("data"));
        database = postgres.database();
        replicas =
                new Replicas(
                        postgres.port(),
                        Map.of(
                                "PARLEY_RUNNER_LEASE_DURATION", "3s",
                                "PARLEY_RUNNER_HEARTBEAT_INTERVAL", "500ms",
                                "PARLEY_TURN_DRAIN_TIMEOUT", "2s"));
    }

    @AfterAll
    void stop() throws Exception {
        replicas.close();
        postgres.close();
    }

    @BeforeEach
    void comesIn() {
        ModelStub.forget();
        revive();
        token = replicas.newcomer();
    }

    private void revive() {
        if (!replicas.first().isAlive()) {
            replicas.restartFirst();
            replicas.first().listening();
        }
        if (!replicas.second().isAlive()) {
            replicas.restartSecond();
            replicas.second().listening();
        }
    }

    @Test
    void followsTurnThatRunsElsewhereAsItGrows() {
        try (Events here = begun(replicas.first(), COUNTING)) {
            String turn = here.next().orElseThrow().text("turn_id");
            try (Events there = following(replicas.second(), turn, 0)) {
                List<Event> told = new ArrayList<>();
                told.add(there.next().orElseThrow());
                told.add(there.next().orElseThrow());
                assertThat(database.statusOf(turn)).isEqualTo("running");
                told.addAll(there.rest());

                List<Event> told2 = here.rest();
                assertThat(Events.said(told)).isEqualTo(Events.said(told2)).endsWith("39 40 ");
                assertThat(told.getLast().name()).isEqualTo("turn.succeeded");
                assertThat(told.getLast().id()).isEqualTo(told2.getLast().id());
                assertThat(told).hasSizeGreaterThan(5);
            }
        }
    }

    @Test
    void goesOnBehindEveryNumberOnEitherReplica() {
        List<Event> whole;
        String turn;
        try (Events here = begun(replicas.first(), "{\"message\":\"count to 12 every 100\"}")) {
            List<Event> live = new ArrayList<>();
            live.add(here.next().orElseThrow());
            turn = live.getFirst().text("turn_id");
            // In the middle of it, from the other side, behind each number that was told
            for (int piece = 1; piece <= 6; piece++) {
                Event event = here.next().orElseThrow();
                live.add(event);
                try (Events there = following(replicas.second(), turn, event.id())) {
                    String next = there.next().orElseThrow().text("delta");
                    assertThat(Events.said(live) + next).isEqualTo(countedTo(next));
                }
            }
            live.addAll(here.rest());
            whole = live;
        }
        String reply = Events.said(whole);
        long last = whole.getLast().id();
        for (long after = 0; after <= last; after++) {
            long seen = after;
            String before = Events.said(whole.stream().filter(e -> e.id() <= seen).toList());
            for (ParleyProcess replica : List.of(replicas.first(), replicas.second())) {
                try (Events resumed = following(replica, turn, after)) {
                    List<Event> rest = resumed.rest();
                    assertThat(before + Events.said(rest)).isEqualTo(reply);
                    assertThat(rest.isEmpty()).isEqualTo(after == last);
                }
            }
        }
    }

    private static String countedTo(String lastPiece) {
        String[] words = lastPiece.strip().split(" ", -1);
        StringBuilder counted = new StringBuilder();
        for (int number = 1; number <= Integer.parseInt(words[words.length - 1]); number++) {
            counted.append(number).append(' ');
        }
        return counted.toString();
    }

    @Test
    void cancelsTurnThatRunsElsewhere() throws Exception {
        try (Events here =
                begun(
                        replicas.first(),
                        "{\"message\":\"%s\"}".formatted(ModelStub.HANG_IN_THE_MIDDLE))) {
            String turn = here.next().orElseThrow().text("turn_id");
            here.next();

            ApiResponse cancelled =
                    replicas.second().post("/api/turns/" + turn + "/cancel", token, "");

            assertThat(cancelled.text("status")).isEqualTo("cancelled");
            assertThat(cancelled.reply()).isEqualTo("hm");
            assertThat(ModelStub.sawConnectionClosed(ModelStub.HANG_IN_THE_MIDDLE)).isTrue();
            assertThat(here.rest().getLast().name()).isEqualTo("turn.cancelled");
        }
    }

    @Test
    void knowsRepeatedRequestWhoseFirstRunsElsewhere() {
        String body = "{\"message\":\"think 1500 hello\"}";
        CompletableFuture<ApiResponse> first = later(() -> keyed(replicas.first(), body));
        Wait.until(() -> ModelStub.calls() == 1);

        ApiResponse second = keyed(replicas.second(), body);

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.json().path("reply")).isEqualTo(first.join().json().path("reply"));
        assertThat(second.text("turn_id")).isEqualTo(first.join().text("turn_id"));
        assertThat(ModelStub.calls()).isEqualTo(1);
    }

    private ApiResponse keyed(ParleyProcess replica, String body) {
        return Person.send(
                replica.request("/api/chat", token)
                        .header("Idempotency-Key", "k-" + token.hashCode())
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    @Test
    void keepsLineInOrderAcrossReplicas() {
        String conversation;
        try (Events here = begun(replicas.first(), "{\"message\":\"think 1500 first\"}")) {
            Event opened = here.next().orElseThrow();
            conversation = opened.text("conversation_id");
            List<CompletableFuture<ApiResponse>> queued = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                queued.add(
                        later(() ->
                                replicas.of(number)
                                        .post(
                                                "/api/chat",
                                                token,
                                                """
                                                {"message":"number %d","conversation_id":"%s","when_busy":"enqueue"}
                                                """
                                                        .formatted(number, conversation))));
                int waiting = i + 1;
                Wait.until(() ->
                        database.count(
                                        "select count(*) from turns where status = 'queued'"
                                                + " and conversation_id = ?::uuid",
                                        conversation)
                                == waiting);
            }

            here.rest();

            for (int i = 0; i < 4; i++) {
                ApiResponse answer = queued.get(i).join();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.reply()).contains("number " + i);
                assertThat(answer.json().path("version").asInt()).isEqualTo(i + 2);
            }
        }
    }

    /** Two people write on two replicas at once, while the turn runs on one of them. */
    @Test
    void steersTurnFromBothReplicas() {
        ModelStub.hold(new ModelStub.Call("add milk", false));
        try (Events here =
                begun(
                        replicas.first(),
                        "{\"message\":\"add milk\",\"agent_type\":\"assistant\"}")) {
            Event opened = here.next().orElseThrow();
            Wait.until(() -> ModelStub.held() == 1);
            List<CompletableFuture<ApiResponse>> steering = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int number = i;
                steering.add(
                        later(() ->
                                replicas.of(number)
                                        .post(
                                                "/api/chat",
                                                token,
                                                """
                                                {"message":"number %d","conversation_id":"%s","when_busy":"steer"}
                                                """
                                                        .formatted(
                                                                number,
                                                                opened.text("conversation_id")))));
            }
            Wait.until(() ->
                    database.count(
                                    "select count(*) from turns where steers and conversation_id ="
                                            + " ?::uuid",
                                    opened.text("conversation_id"))
                            == 2);

            ModelStub.hold();

            assertThat(here.rest().getLast().name()).isEqualTo("turn.succeeded");
            assertThat(steering)
                    .extracting(CompletableFuture::join)
                    .allSatisfy(answer -> {
                        assertThat(answer.status()).isEqualTo(202);
                        assertThat(answer.text("answered_by")).isEqualTo(opened.text("turn_id"));
                    });
            assertThat(ModelStub.requests().getLast().encode()).contains("number 0", "number 1");
        }
    }

    @Test
    void interruptsTurnWhoseRunnerWasKilled() throws Exception {
        try (Events here = begun(replicas.first(), "{\"message\":\"think 30000 x\"}")) {
            String turn = here.next().orElseThrow().text("turn_id");
            try (Events there = following(replicas.second(), turn, 0)) {
                replicas.first().kill();

                List<Event> told = there.rest();

                assertThat(told.getLast().name()).isEqualTo("turn.interrupted");
            }
            assertThat(
                            database.texts(
                                    "select kind from notifications where turn_id = ?::uuid", turn))
                    .containsExactly("turn_interrupted");
        }
    }

    /**
     * After an outage of the database no heartbeat is fresh, also not those of runners that live:
     * only silence that a runner has itself observed counts.
     */
    @Test
    void judgesOthersOneLeaseAfterItFirstSawTheDatabase() throws Exception {
        try (Events here = begun(replicas.first(), "{\"message\":\"think 30000 x\"}")) {
            String turn = here.next().orElseThrow().text("turn_id");
            replicas.second().kill();
            replicas.first().kill();
            database.change("update runners set seen_at = now() - interval '1 hour'");

            replicas.restartSecond();

            Wait.until(() -> database.statusOf(turn).equals("interrupted"));
            assertThat(
                            database.count(
                                    """
                                    select count(*) from turns, runners
                                    where turns.id = ?::uuid and seen_at > now() - interval '30 minutes'
                                        and ended_at >= runners.started_at + interval '3 seconds'
                                    """,
                                    turn))
                    .isEqualTo(1);
        }
    }

    /** It slept through its lease: what it does when it wakes does not count. */
    @Test
    void discardsWhatFrozenRunnerDoesAfterItsLease() throws Exception {
        try (Events here = begun(replicas.first(), "{\"message\":\"think 2000 x\"}")) {
            String turn = here.next().orElseThrow().text("turn_id");
            Wait.until(() -> ModelStub.calls() == 1);
            replicas.first().freeze();
            try {
                Wait.until(() -> database.statusOf(turn).equals("interrupted"));
            } finally {
                replicas.first().thaw();
            }

            assertThat(here.rest().getLast().name()).isEqualTo("turn.interrupted");
            assertThat(
                            database.count(
                                    "select count(*) from messages where turn_id = ?::uuid", turn))
                    .isEqualTo(1);
            assertThat(
                            replicas.first()
                                    .post("/api/chat", token, "{\"message\":\"awake?\"}")
                                    .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void finishesOrInterruptsItsTurnsWhereItIsStopped() throws Exception {
        ParleyProcess stopping = replicas.first();
        CompletableFuture<ApiResponse> json =
                later(() -> stopping.post("/api/chat", token, "{\"message\":\"think 700 done\"}"));
        try (Events here =
                begun(stopping, "{\"message\":\"%s\"}".formatted(ModelStub.HANG_IN_THE_MIDDLE))) {
            String turn = here.next().orElseThrow().text("turn_id");
            here.next();
            Wait.until(() -> ModelStub.calls() == 2);
            assertThat(stopping.probe("ready")).isEqualTo(200);

            stopping.tellToStop();

            Wait.until(() -> stopping.probe("ready") == 503);
            // It is not sent to any more, but whoever comes all the same is served, and sent away
            ApiResponse late = stopping.post("/api/chat", token, "{\"message\":\"late\"}");
            assertThat(late.status()).isEqualTo(200);
            assertThat(late.header("Connection")).isEqualTo("close");
            assertThat(json.join().status()).isEqualTo(200);
            Event last = here.rest().getLast();
            assertThat(last.name()).isEqualTo("turn.interrupted");
            assertThat(last.data().path("reply").path("content").asText()).isEqualTo("hm");
            assertThat(stopping.exitCode()).isEqualTo(143);
            assertThat(database.statusOf(turn)).isEqualTo("interrupted");
            assertThat(database.turns("running")).isZero();
            assertThat(database.runners()).isEqualTo(1);
        }
    }

    /** It was idle when it was told to stop, and nobody holds a connection to it for the turn. */
    @Test
    void finishesTurnThatBeganWhileReplicaWasStopping() throws Exception {
        ParleyProcess stopping = replicas.second();
        stopping.tellToStop();
        Wait.until(() -> stopping.probe("ready") == 503);

        ApiResponse late =
                Person.send(
                        stopping.request("/api/chat", token)
                                .header("Prefer", "respond-async")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"message\":\"think 1300 late\"}"))
                                .build());

        assertThat(late.status()).isEqualTo(202);
        stopping.exitCode();
        assertThat(database.statusOf(late.text("turn_id"))).isEqualTo("succeeded");
    }

    @Test
    void outlivesRestartOfDatabase() {
        CompletableFuture<ApiResponse> answer =
                later(() ->
                        replicas.first()
                                .post(
                                        "/api/chat",
                                        token,
                                        "{\"message\":\"think 1500 still here\"}"));
        Wait.until(() -> ModelStub.calls() == 1);

        postgres.stop();
        postgres.start();

        assertThat(answer.join().status()).isEqualTo(200);
        assertThat(answer.join().reply()).contains("still here");
        Wait.until(() ->
                replicas.second().post("/api/chat", token, "{\"message\":\"a\"}").status() == 200);
    }

    @Test
    void missesNoEventWhileLineIsBroken() {
        try (Events here = begun(replicas.first(), COUNTING)) {
            String turn = here.next().orElseThrow().text("turn_id");
            try (Events there = following(replicas.second(), turn, 0)) {
                there.next();
                there.next();
                for (int cut = 0; cut < 4; cut++) {
                    database.count(
                            "select count(pg_terminate_backend(pid)) from pg_stat_activity where"
                                    + " application_name = 'parley-runner'");
                    here.next();
                    here.next();
                }
                assertThat(there.rest().getLast().name()).isEqualTo("turn.succeeded");
            }
            try (Events again = following(replicas.second(), turn, 0)) {
                assertThat(Events.said(again.rest())).endsWith("39 40 ");
            }
        }
    }

    private Events begun(ParleyProcess replica, String body) {
        return Events.open(
                Events.request(replica.port(), "/api/chat", token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Events following(ParleyProcess replica, String turn, long after) {
        return Events.following(replica.port(), token, turn, after);
    }

    private static <T> CompletableFuture<T> later(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }
}
