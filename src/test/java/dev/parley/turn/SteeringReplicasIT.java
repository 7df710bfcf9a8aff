package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Auditor;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ModelStub.Call;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Replicas;
import dev.parley.testing.Wait;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two people steer one turn on two replicas at once, at each moment of the turn: every message is
 * stored once, answered once and charged once, also if the replica that runs the turn is killed
 * right after it has taken the messages.
 *
 * <p>The model or a lock holds the turn at its moment.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(ModelStub.COUNTERS)
class SteeringReplicasIT {

    private static final String FIRST = "number 0";
    private static final String SECOND = "number 1";
    private static final String RUNNING = "parley_turns_in_flight";

    private OwnPostgres postgres;
    private Replicas replicas;
    private Database database;
    private String token = "";
    private @Nullable Connection lock;

    /** Where the turn is when the messages arrive. */
    enum Moment {
        /** The model is asked for the first time. */
        BEFORE_FIRST_ROUND("add milk"),
        /** A tool has begun its transaction. */
        DURING_TOOL("add milk"),
        /** The messages have joined, and the model is asked again. */
        JOINED("add milk"),
        /** The first words of the reply are sent. */
        DURING_LAST_TOKENS("count to 60 every 50"),
        /** The turn has succeeded, so one of the messages begins the next turn. */
        AFTER_ENDING("hello");

        private final String message;

        Moment(String message) {
            this.message = message;
        }
    }

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
                                "PARLEY_TURN_AFTER_CRASH", "resume"));
    }

    @AfterAll
    void stop() throws Exception {
        replicas.close();
        postgres.close();
    }

    @BeforeEach
    void comesIn() {
        ModelStub.forget();
        replicas.restartKilled();
        token = replicas.newcomer();
    }

    @AfterEach
    void leavesNothingWrong() throws SQLException {
        release();
        assertThat(new Auditor(database).findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void answersMessagesOfBothReplicasOnce(Moment moment) throws Exception {
        String turn = begunAt(moment);

        List<String> steering = steeredAtOnce(turn);
        letJoin(moment, turn);
        release();

        answeredOnce(turn, steering);
        switch (moment) {
            case BEFORE_FIRST_ROUND, DURING_TOOL, JOINED ->
                    assertThat(answering(steering)).containsExactly(turn, turn);
            case DURING_LAST_TOKENS, AFTER_ENDING ->
                    assertThat(answering(steering)).doesNotContain(turn);
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersMessagesOnceThoughTheRunningReplicaIsKilled(Moment moment) throws Exception {
        String turn = begunAt(moment);
        List<String> steering = steeredAtOnce(turn);
        letJoin(moment, turn);
        Wait.until(() -> replicas.of(0).metric(RUNNING) + replicas.of(1).metric(RUNNING) == 1);
        int runner = replicas.of(0).metric(RUNNING) == 1 ? 0 : 1;

        replicas.of(runner).kill();
        // The server only notices that the client is gone when it has the lock
        database.cutSessionsWaitingForLocks();
        release();

        answeredOnce(turn, steering);
        assertThat(steeredAgain(replicas.of(runner + 1), turn)).isEqualTo(steering);
        switch (moment) {
            // The first round of a later attempt looks for messages
            case BEFORE_FIRST_ROUND, DURING_TOOL, JOINED, DURING_LAST_TOKENS ->
                    assertThat(answering(steering)).containsExactly(turn, turn);
            case AFTER_ENDING ->
                    assertThat(answering(steering))
                            .doesNotContain(turn)
                            .containsAnyElementsOf(steering)
                            .satisfies(
                                    both -> assertThat(both.getFirst()).isEqualTo(both.getLast()));
        }
    }

    /** Begins a turn on the first replica, which stands still at the moment. */
    private String begunAt(Moment moment) throws Exception {
        switch (moment) {
            case BEFORE_FIRST_ROUND -> ModelStub.hold(new Call(moment.message, false));
            case DURING_TOOL -> lock = lockedTasks();
            case JOINED, AFTER_ENDING ->
                    ModelStub.hold(
                            new Call("add milk", false),
                            new Call(FIRST, false),
                            new Call(SECOND, false));
            case DURING_LAST_TOKENS -> {} // it takes three seconds
        }
        try (Events stream = begun(moment.message)) {
            String turn = stream.next().orElseThrow().text("turn_id");
            switch (moment) {
                case BEFORE_FIRST_ROUND, JOINED -> Wait.until(() -> ModelStub.held() == 1);
                case DURING_TOOL -> Wait.until(() -> database.waitingForLocks() == 1);
                case DURING_LAST_TOKENS ->
                        assertThat(stream.next().orElseThrow().name()).isEqualTo("reply.delta");
                case AFTER_ENDING ->
                        assertThat(stream.rest().getLast().name()).isEqualTo("turn.succeeded");
            }
            return turn;
        }
    }

    private Events begun(String message) {
        return Events.open(
                Events.request(replicas.first().port(), "/api/chat", token)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"message\":\"%s\",\"agent_type\":\"assistant\"}"
                                                .formatted(message))));
    }

    /** Lets the turn go on until the messages have joined, where that is the moment. */
    private void letJoin(Moment moment, String turn) {
        if (moment == Moment.JOINED) {
            ModelStub.hold(new Call(FIRST, false), new Call(SECOND, false));
            Wait.until(() -> ModelStub.held() == 1 && steeredInto(turn) == 2);
        }
    }

    private long steeredInto(String turn) {
        return database.count("select count(*) from turns where answered_by = ?::uuid", turn);
    }

    private void release() throws SQLException {
        Connection held = lock;
        if (held != null) {
            lock = null;
            held.close(); // rolls back
        }
        ModelStub.hold();
    }

    private Connection lockedTasks() throws SQLException {
        Connection holder = database.source().getConnection();
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute("lock table tasks in share mode");
        }
        return holder;
    }

    /** Sends both messages at once, one to each replica. Returns their turns. */
    private List<String> steeredAtOnce(String turn) {
        String conversation = conversationOf(turn);
        return Person.atOnce(
                List.of(
                        () -> steered(replicas.of(0), 0, conversation),
                        () -> steered(replicas.of(1), 1, conversation)));
    }

    /** The requests are repeated with their keys, as clients do that have lost the response. */
    private List<String> steeredAgain(ParleyProcess replica, String turn) {
        return IntStream.range(0, 2)
                .mapToObj(number -> steered(replica, number, conversationOf(turn)))
                .toList();
    }

    private String steered(ParleyProcess replica, int number, String conversation) {
        ApiResponse accepted =
                replica.post(
                        "/api/chat",
                        token,
                        """
                        {"message":"number %d","conversation_id":"%s","agent_type":"assistant","when_busy":"steer"}
                        """
                                .formatted(number, conversation),
                        "Prefer",
                        "respond-async",
                        "Idempotency-Key",
                        "number-" + number);
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        return accepted.text("turn_id");
    }

    /** Every message is stored, answered and charged once. */
    private void answeredOnce(String turn, List<String> steering) {
        String conversation = conversationOf(turn);
        Wait.until(() ->
                database.count(
                                "select count(*) from turns where conversation_id = ?::uuid and"
                                        + " status in ('succeeded', 'steered')",
                                conversation)
                        == 3);
        assertThat(
                        database.texts(
                                "select content from messages where conversation_id = ?::uuid and"
                                        + " role = 'user' order by content like 'number%', content",
                                conversation))
                .hasSize(3)
                .endsWith(FIRST, SECOND);
        assertThat(
                        database.texts(
                                "select answering.status from turns t join turns answering on"
                                        + " answering.id = coalesce(t.answered_by, t.id) where"
                                        + " t.conversation_id = ?::uuid",
                                conversation))
                .containsOnly("succeeded")
                .hasSize(3);
        assertThat(
                        database.count(
                                "select count(*) from messages where conversation_id = ?::uuid and"
                                        + " role = 'assistant'",
                                conversation))
                .as("one reply for each turn that answers")
                .isEqualTo(
                        Stream.concat(Stream.of(turn), answering(steering).stream())
                                .distinct()
                                .count());
        assertThat(usersIn(ModelStub.requests().getLast()))
                .as("the last answer is to all messages")
                .containsOnlyOnce(FIRST, SECOND)
                .hasSize(3);
        assertThat(
                        database.texts(
                                "select queries::text from charges where turn_id in (select id from"
                                        + " turns where conversation_id = ?::uuid)",
                                conversation))
                .containsExactly("1", "1", "1");
        Wait.until(() ->
                IntStream.range(0, 2)
                        .mapToObj(replicas::of)
                        .filter(ParleyProcess::isAlive)
                        .allMatch(replica -> replica.metric(RUNNING) == 0));
    }

    /** The turns that have answered these messages. */
    private List<String> answering(List<String> steering) {
        return steering.stream()
                .map(id ->
                        database.texts(
                                        "select coalesce(answered_by, id)::text from turns where id"
                                                + " = ?::uuid",
                                        id)
                                .getFirst())
                .toList();
    }

    private String conversationOf(String turn) {
        return database.texts("select conversation_id::text from turns where id = ?::uuid", turn)
                .getFirst();
    }

    private static List<String> usersIn(JsonObject request) {
        return request.getJsonArray("messages").stream()
                .map(JsonObject.class::cast)
                .filter(message -> message.getString("role").equals("user"))
                .map(message -> message.getString("content"))
                .toList();
    }
}
