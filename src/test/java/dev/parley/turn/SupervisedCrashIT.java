package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Auditor;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ModelStub.Call;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Replicas;
import dev.parley.testing.Wait;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A supervised turn with an approval inside of a worker, in two real processes. The process that
 * runs the turn is killed after each of its steps: nothing is done twice, and nothing is lost.
 *
 * <p>The model holds its answers, so that the turn stands still at each moment.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(ModelStub.COUNTERS)
class SupervisedCrashIT {

    /** The worker with the approval. It would add another title if the model were asked again. */
    private static final String CAREFUL = "add milk " + ModelStub.ASKED;

    private static final String CLERK = "add tea";
    private static final String READER = "list tasks";
    private static final String LEAD =
            "delegate careful: %s && clerk: %s && reader: %s".formatted(CAREFUL, CLERK, READER);

    private static final Set<Moment> UNDER_LOCK =
            EnumSet.of(Moment.APPROVED_TOOL_RUNS, Moment.BEFORE_ENDING);

    private OwnPostgres postgres;
    private Replicas replicas;
    private Database database;
    private String token = "";
    private int runner;

    /** What the process that runs the turn has done when it is killed. */
    enum Moment {
        /** The supervisor's round is stored; its three workers have asked the model. */
        ROUND_STORED,
        /** The clerk's task is added, and its model is asked for the reply. */
        WORKER_TOOL_RAN,
        /** The clerk's result is stored; the reader still works. */
        OTHER_WORKER_RETURNED,
        WAITING,
        DECIDED,
        /** The approved tool has begun its transaction. */
        APPROVED_TOOL_RUNS,
        /** The approved task is added, and the worker's model is asked for the reply. */
        APPROVED_TOOL_RAN,
        /** All results are stored, and the supervisor's model is asked for the reply. */
        WORKER_RETURNED,
        /** The reply is whole, and the transaction of the ending has begun. */
        BEFORE_ENDING
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        postgres = new OwnPostgres(folder.resolve("data"));
        database = postgres.database();
        replicas =
                new Replicas(
                        postgres.port(),
                        Map.ofEntries(
                                Map.entry("PARLEY_RUNNER_LEASE_DURATION", "3s"),
                                Map.entry("PARLEY_RUNNER_HEARTBEAT_INTERVAL", "500ms"),
                                Map.entry("PARLEY_TURN_AFTER_CRASH", "resume"),
                                Map.entry("PARLEY_TURN_MAX_ATTEMPTS", "20"),
                                Map.entry("PARLEY_AGENTS_LEAD_INSTRUCTIONS", "Delegate."),
                                Map.entry("PARLEY_AGENTS_LEAD_WORKERS", "careful,clerk,reader"),
                                Map.entry("PARLEY_AGENTS_CAREFUL_INSTRUCTIONS", "Ask first."),
                                Map.entry("PARLEY_AGENTS_CAREFUL_TOOLS", "add_task"),
                                Map.entry("PARLEY_AGENTS_CAREFUL_APPROVALS_ADD_TASK", "always"),
                                Map.entry("PARLEY_AGENTS_CLERK_INSTRUCTIONS", "Add tasks."),
                                Map.entry("PARLEY_AGENTS_CLERK_TOOLS", "add_task"),
                                Map.entry("PARLEY_AGENTS_READER_INSTRUCTIONS", "Read tasks."),
                                Map.entry("PARLEY_AGENTS_READER_TOOLS", "list_tasks")));
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
    void leavesNothingWrong() {
        ModelStub.forget();
        assertThat(new Auditor(database).findings()).isEmpty();
    }

    /** One turn whose process dies after each of its steps, in turn. */
    @Test
    void resumesTurnWhoseReplicasAreKilledAfterEachStep() throws Exception {
        succeedsOnceDespite(EnumSet.complementOf(EnumSet.of(Moment.APPROVED_TOOL_RUNS)));
    }

    @Test
    void resumesTurnWhoseReplicaIsKilledWhileApprovedToolRuns() throws Exception {
        succeedsOnceDespite(EnumSet.of(Moment.APPROVED_TOOL_RUNS));
    }

    @EnabledIfSystemProperty(
            named = "parley.chaos.turns",
            matches = "[0-9]{4,}",
            disabledReason = "takes minutes; the weekly run has it, and the tests above have each")
    @ParameterizedTest
    @EnumSource
    void resumesTurnWhoseReplicaIsKilledOnceAt(Moment moment) throws Exception {
        succeedsOnceDespite(EnumSet.of(moment));
    }

    private void succeedsOnceDespite(Set<Moment> crashes) throws Exception {
        ModelStub.hold(first(CAREFUL), first(CLERK), first(READER));
        String turn = begun();
        reach(crashes, Moment.ROUND_STORED, () -> ModelStub.held() == 3);

        ModelStub.hold(afterTool(CLERK), first(READER));
        reach(
                crashes,
                Moment.WORKER_TOOL_RAN,
                () -> ModelStub.held() == 2 && isStored(turn, "2.1"));

        ModelStub.hold(first(READER));
        reach(
                crashes,
                Moment.OTHER_WORKER_RETURNED,
                () -> ModelStub.held() == 1 && isStored(turn, "2"));

        ModelStub.hold(afterTool(CAREFUL));
        reach(crashes, Moment.WAITING, () -> database.statusOf(turn).equals("waiting"));
        String approved = argumentsOf(turn);

        if (crashes.contains(Moment.APPROVED_TOOL_RUNS)) {
            decideWhileToolIsLocked(turn, crashes);
        } else {
            decide(turn);
            reach(crashes, Moment.DECIDED, () -> true);
        }
        reach(
                crashes,
                Moment.APPROVED_TOOL_RAN,
                () -> ModelStub.held() == 1 && isStored(turn, "1.1"));

        ModelStub.hold(afterTool(LEAD));
        reach(crashes, Moment.WORKER_RETURNED, () -> ModelStub.held() == 1 && isStored(turn, "1"));

        end(turn, crashes);

        succeededOnce(turn, approved);
        askedNoModelAgain(crashes);
    }

    private void decideWhileToolIsLocked(String turn, Set<Moment> crashes) throws Exception {
        try (Connection holder = locked("tasks")) {
            decide(turn);
            reach(
                    crashes,
                    Moment.APPROVED_TOOL_RUNS,
                    () -> database.waitingForLocks() == 1 && !isStored(turn, "1.1"));
            holder.commit();
        }
        replicas.restartKilled();
    }

    private void end(String turn, Set<Moment> crashes) throws Exception {
        if (crashes.contains(Moment.BEFORE_ENDING)) {
            try (Connection holder = locked("messages")) {
                ModelStub.hold();
                reach(crashes, Moment.BEFORE_ENDING, () -> database.waitingForLocks() == 1);
                holder.commit();
            }
        }
        ModelStub.hold();
        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        replicas.restartKilled();
    }

    /** Waits for the moment; if the process is to be killed now, until the other is there too. */
    private void reach(Set<Moment> crashes, Moment moment, Callable<Boolean> isReached)
            throws Exception {
        Wait.until(isReached);
        if (!crashes.contains(moment)) {
            return;
        }
        replicas.of(runner).kill();
        // The server only notices that the client is gone when it has the lock
        database.cutSessionsWaitingForLocks();
        if (moment != Moment.WAITING) {
            Wait.until(() -> replicas.of(runner + 1).metric("parley_turns_in_flight") == 1);
        }
        Wait.until(isReached);
        runner++;
        if (!UNDER_LOCK.contains(moment)) {
            replicas.restartKilled();
        }
    }

    private void succeededOnce(String turn, String approved) {
        assertThat(
                        database.texts(
                                "select path || ' ' || tool || ' ' || ok from turn_steps where"
                                        + " turn_id = ?::uuid order by path",
                                turn))
                .containsExactly(
                        "1 delegate true",
                        "1.1 add_task true",
                        "2 delegate true",
                        "2.1 add_task true",
                        "3 delegate true",
                        "3.1 list_tasks true");
        assertThat(
                        database.texts(
                                "select title from tasks where user_id = (select user_id from turns"
                                        + " where id = ?::uuid) order by title",
                                turn))
                .containsExactly(titleIn(approved), "tea");
        assertThat(
                        database.texts(
                                "select arguments from turn_steps where turn_id = ?::uuid and path"
                                        + " = '1.1'",
                                turn))
                .containsExactly(approved);
        assertThat(
                        database.texts(
                                "select step || ' ' || status from turn_approvals where turn_id ="
                                        + " ?::uuid",
                                turn))
                .containsExactly("1.1 approved");
        assertThat(count("charges where turn_id = ?::uuid", turn)).isEqualTo(1);
        assertThat(count("messages where turn_id = ?::uuid and role = 'assistant'", turn))
                .isEqualTo(1);
        assertThat(replicas.of(runner).get("/api/turns/" + turn, token).reply())
                .contains(titleIn(approved), "tea", "careful", "clerk", "reader");
        Wait.until(() -> replicas.of(runner).metric("parley_turns_in_flight") == 0);
    }

    /** Only what had no result was asked for again. */
    private void askedNoModelAgain(Set<Moment> crashes) {
        int beforeWaiting =
                crashesAmong(
                        crashes,
                        Moment.ROUND_STORED,
                        Moment.WORKER_TOOL_RAN,
                        Moment.OTHER_WORKER_RETURNED);
        assertThat(ModelStub.calls(first(LEAD))).isEqualTo(1);
        assertThat(ModelStub.calls(first(CLERK)))
                .isEqualTo(1 + crashesAmong(crashes, Moment.ROUND_STORED));
        assertThat(ModelStub.calls(afterTool(CLERK)))
                .isEqualTo(1 + crashesAmong(crashes, Moment.WORKER_TOOL_RAN));
        assertThat(ModelStub.calls(first(READER))).isEqualTo(1 + beforeWaiting);
        assertThat(ModelStub.calls(afterTool(READER))).isEqualTo(1);
        // Its round is stored when the turn waits, and nothing of it happens before
        assertThat(ModelStub.calls(first(CAREFUL))).isEqualTo(1 + beforeWaiting);
        int afterDecision = 1 + crashesAmong(crashes, Moment.APPROVED_TOOL_RAN);
        assertThat(ModelStub.calls(afterTool(CAREFUL)))
                // The process may be killed before or after it goes on
                .isBetween(afterDecision, afterDecision + crashesAmong(crashes, Moment.DECIDED));
        assertThat(ModelStub.calls(afterTool(LEAD)))
                .isEqualTo(1 + crashesAmong(crashes, Moment.WORKER_RETURNED, Moment.BEFORE_ENDING));
    }

    private static int crashesAmong(Set<Moment> crashes, Moment... moments) {
        return (int) Set.of(moments).stream().filter(crashes::contains).count();
    }

    private static Call first(String message) {
        return new Call(message, false);
    }

    private static Call afterTool(String message) {
        return new Call(message, true);
    }

    private String begun() {
        ParleyProcess replica = replicas.of(runner);
        try (Events stream =
                Events.open(
                        Events.request(replica.port(), "/api/chat", token)
                                .header("Content-Type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"message\":\"%s\",\"agent_type\":\"lead\"}"
                                                        .formatted(LEAD))))) {
            return stream.next().orElseThrow().text("turn_id");
        }
    }

    private void decide(String turn) {
        assertThat(
                        replicas.of(runner)
                                .post(
                                        "/api/turns/%s/steps/1.1/approve".formatted(turn),
                                        token,
                                        "{}")
                                .status())
                .isEqualTo(200);
    }

    private Connection locked(String table) throws SQLException {
        Connection holder = database.source().getConnection();
        holder.setAutoCommit(false);
        try (Statement lock = holder.createStatement()) {
            lock.execute("lock table " + table + " in share mode");
        }
        return holder;
    }

    private boolean isStored(String turn, String path) {
        return count("turn_steps where turn_id = ?::uuid and path = ?", turn, path) == 1;
    }

    private long count(String rows, Object... values) {
        return database.count("select count(*) from " + rows, values);
    }

    private String argumentsOf(String turn) {
        return database.texts("select arguments from turn_approvals where turn_id = ?::uuid", turn)
                .getFirst();
    }

    /** The stored arguments are {@code {"title":"milk 4"}}. */
    private static String titleIn(String arguments) {
        return arguments.replaceAll(".*:\"|\".*$", "");
    }
}
