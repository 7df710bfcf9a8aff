package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.CliRun;
import dev.parley.testing.DatabaseProxy;
import dev.parley.testing.ModelStub;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.TerminalSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code parley chat}, with a server and at a terminal. */
@ResourceLock(ModelStub.COUNTERS)
class ChatIT {

    @TempDir static Path folder;
    private static final ModelStub MODEL = new ModelStub();
    private static OwnPostgres postgres;
    private static ParleyProcess server;
    private static String token = "";

    @BeforeAll
    static void start() {
        postgres = new OwnPostgres(folder.resolve("postgres"));
        Map<String, String> settings = new HashMap<>(MODEL.environment());
        settings.putAll(postgres.environment());
        settings.put("QUARKUS_SHUTDOWN_DELAY", "0S");
        settings.put("PARLEY_TOOLS_ADD_TASK_APPROVAL", "when title contains board");
        server = ParleyProcess.started(settings).listening();
        server.post(
                "/api/auth/register",
                "",
                "{\"username\":\"ada\",\"email\":\"ada@example.org\",\"password\":\"correct"
                        + " horse\"}");
        token =
                server.post(
                                "/api/auth/login",
                                "",
                                "{\"username\":\"ada\",\"password\":\"correct horse\"}")
                        .text("access_token");
    }

    @AfterAll
    static void stop() {
        server.close();
        postgres.close();
        MODEL.stop();
    }

    @Test
    void tellsReplyToOneMessage() {
        assertThat(chat("", "hello there")).isEqualTo(new CliRun(0, "hello there\n", ""));
        assertThat(chat("from a pipe\n")).isEqualTo(new CliRun(0, "from a pipe\n", ""));
    }

    @Test
    void signsInByPasswordFromTheInput() {
        Map<String, String> environment = Map.of("PARLEY_SERVER", address());

        assertThat(
                        CliRun.command(
                                environment,
                                "correct horse\n",
                                "chat",
                                "--user=ada",
                                "--password-stdin",
                                "hello"))
                .isEqualTo(new CliRun(0, "hello\n", ""));
        CliRun refused =
                CliRun.command(
                        environment,
                        "wrong horse\n",
                        "chat",
                        "--user=ada",
                        "--password-stdin",
                        "hello");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.complaints()).contains("is wrong").doesNotContain("horse");
    }

    @Test
    void tellsScriptsOfEveryEvent() {
        CliRun told = chat("", "--json", "--agent=offline", "Add a task: buy milk");

        assertThat(told.out().lines().toList())
                .first()
                .asString()
                .contains("\"type\":\"turn.opened\"");
        assertThat(told.out())
                .contains("\"type\":\"tool.called\"")
                .contains("\"type\":\"turn.succeeded\"");
    }

    @Test
    void goesOnWithTheLastConversation() {
        chat("", "hello");
        chat("", "--continue", "again");

        assertThat(
                        postgres.database()
                                .texts(
                                        "select count(*) from turns group by conversation_id order"
                                                + " by max(started_at) desc limit 1"))
                .containsExactly("2");
    }

    @Test
    void failsWhereTheTurnFails() {
        CliRun failed = chat("", ModelStub.GARBAGE);

        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.complaints()).startsWith("parley: The model's answer is malformed");
    }

    @Test
    void saysWhichServerCannotBeReached() {
        CliRun away =
                CliRun.command(
                        Map.of("PARLEY_TOKEN", "t"),
                        "",
                        "chat",
                        "--server=http://127.0.0.1:1",
                        "--continue",
                        "hello");

        assertThat(away.code()).isEqualTo(1);
        assertThat(away.complaints())
                .startsWith("parley: http://127.0.0.1:1 cannot be reached")
                .contains("--server");
        assertThat(CliRun.command(Map.of(), "", "chat", "hello").complaints())
                .contains("--user")
                .contains("PARLEY_TOKEN");
    }

    @Test
    void talksAtATerminal() throws Exception {
        try (TerminalSession terminal =
                new TerminalSession(environment(), "chat", "--agent=assistant")) {
            terminal.shows("› ");
            terminal.type("think 700 slowly");
            terminal.shows("thinking, 0 s");
            terminal.shows("slowly\r\n");
            terminal.type("add buy bread");
            terminal.shows("→ add_task {\"title\":\"buy bread\"}");
            terminal.shows("← add_task done");
            terminal.shows("Tool said:");
            terminal.type("/new");
            terminal.shows("This is a new conversation.");
            terminal.pressCtrlD();

            assertThat(terminal.exitCode()).isZero();
        }
    }

    @Test
    void steersTheTurnThatRuns() throws Exception {
        ModelStub.hold(new ModelStub.Call("add oat milk", false));
        try (TerminalSession terminal =
                new TerminalSession(environment(), "chat", "--agent=assistant")) {
            terminal.shows("› ");
            terminal.type("add oat milk");
            dev.parley.testing.Wait.until(() -> ModelStub.held() == 1);
            terminal.type("and sing for me");
            terminal.shows("Sent: it joins the turn");
            terminal.type("/usage");
            terminal.shows("Queries: ");
            ModelStub.hold();
            terminal.shows("Joined the turn: and sing for me");
            terminal.type("/hlep");
            terminal.shows("There is no command /hlep, and nothing was sent. Did you mean /help?");
            terminal.pressCtrlD();

            assertThat(terminal.exitCode()).isZero();
        }
        assertThat(
                        postgres.database()
                                .texts(
                                        "select content from messages where conversation_id ="
                                            + " (select conversation_id from messages where content"
                                            + " = 'add oat milk') order by position"))
                .containsExactly("add oat milk", "and sing for me", "and sing for me");
    }

    @Test
    void removesQueuedMessage() throws Exception {
        ModelStub.hold(new ModelStub.Call("good evening", false));
        try (TerminalSession terminal =
                new TerminalSession(environment(), "chat", "--agent=assistant")) {
            terminal.shows("› ");
            terminal.type("good evening");
            dev.parley.testing.Wait.until(() -> ModelStub.held() == 1);
            terminal.type("/queue call mum");
            terminal.shows("Queued: it is answered after the turn.");
            terminal.type("/queue call dad");
            terminal.type("/queue");
            terminal.shows("2. call dad");
            terminal.type("/queue edit 2 call the doctor");
            terminal.shows("it is queued as \"call the doctor\"");
            terminal.type("/queue remove 1");
            terminal.shows("Removed \"call mum\"; its query is given back.");
            ModelStub.hold();
            terminal.pressCtrlD();

            assertThat(terminal.exitCode()).isZero();
        }
        assertThat(
                        postgres.database()
                                .texts(
                                        "select status || ' ' || coalesce(error_code, '-') || ' '"
                                            + " || queries from turns t join charges on turn_id ="
                                            + " t.id where conversation_id = (select"
                                            + " conversation_id from messages where content = 'call"
                                            + " the doctor' and role = 'user') order by"
                                            + " started_at"))
                .containsExactly("succeeded - 1", "cancelled turn_removed 0", "succeeded - 1");
    }

    @Test
    void sendsNoControlSequencesToDumbTerminal() throws Exception {
        Map<String, String> environment = new HashMap<>(environment());
        environment.put("TERM", "dumb");
        try (TerminalSession terminal =
                new TerminalSession(environment, "chat", "--agent=assistant")) {
            terminal.shows("› ");
            terminal.type("think 300 plainly");
            terminal.shows("\r\nplainly\r\n");
            terminal.pressCtrlD();

            assertThat(terminal.exitCode()).isZero();
            assertThat(terminal.screen()).doesNotContain("\u001b");
        }
    }

    @Test
    void cancelsByCtrlCAndGoesOn() throws Exception {
        try (TerminalSession terminal =
                new TerminalSession(environment(), "chat", "--agent=assistant")) {
            terminal.shows("› ");
            terminal.type(ModelStub.HANG_IN_THE_MIDDLE);
            terminal.shows("hm");
            terminal.pressCtrlC();
            terminal.shows("cancelled");
            terminal.type("still there");
            terminal.shows("still there\r\n");
            terminal.type("/quit");

            assertThat(terminal.exitCode()).isZero();
        }
        assertThat(
                        postgres.database()
                                .count(
                                        "select count(*) from turns t join messages m on m.turn_id"
                                            + " = t.id where t.status = 'cancelled' and m.content ="
                                            + " 'hm'"))
                .isEqualTo(1);
    }

    @Test
    void asksForApprovalsAndGoesOn() throws Exception {
        try (TerminalSession terminal =
                new TerminalSession(environment(), "chat", "--agent=assistant")) {
            terminal.shows("› ");
            terminal.type("add call the board");
            terminal.shows("? add_task: title \"call the board\"");
            terminal.type("y");
            terminal.shows("Approved.");
            terminal.shows("Tool said:");
            terminal.type("/new");
            terminal.shows("This is a new conversation.");
            terminal.type("add invite the board");
            terminal.shows("? add_task: title \"invite the board\"");
            terminal.type("e");
            terminal.shows("All arguments as JSON");
            terminal.type("{\"title\": \"invite the boss\"}");
            terminal.shows("\"title\" : \"invite the boss\"");
            terminal.type("y");
            terminal.shows("Tool said: {");
            terminal.shows("\"title\":\"invite the boss\"");
            terminal.type("/new");
            terminal.type("add sack the board");
            terminal.shows("? add_task: title \"sack the board\"");
            terminal.type("n");
            terminal.shows("Reason for the agent");
            terminal.type("not on a Monday");
            terminal.shows("Denied.");
            terminal.shows("The reason: not on a Monday");
            terminal.type("/quit");

            assertThat(terminal.exitCode()).isZero();
            assertThat(terminal.screen()).doesNotContain("The agent starts again.");
        }
        assertThat(titles("% the bo%"))
                .contains("call the board", "invite the boss")
                .doesNotContain("invite the board", "sack the board");
    }

    @Test
    void waitsForApprovalFromScripts() {
        CliRun asked = chat("", "add paint the board");
        assertThat(asked.code()).isEqualTo(3);
        CliRun list = CliRun.command(environment(), "", "approvals");
        assertThat(list.out()).contains("add_task: title \"paint the board\"");
        String[] call = list.out().split(" ", 3);

        CliRun approved =
                CliRun.command(environment(), "", "approvals", "approve", call[0], call[1]);

        assertThat(approved).isEqualTo(new CliRun(0, "Approved.\n", ""));
        dev.parley.testing.Wait.until(() -> !titles("paint the board").isEmpty());
        assertThat(CliRun.command(environment(), "", "approvals").out()).isEmpty();
        assertThat(CliRun.command(environment(), "", "approvals", "deny", call[0], call[1]))
                .isEqualTo(new CliRun(1, "", "parley: Somebody else has decided already.\n"));
    }

    @Test
    void goesOnBehindTheLastEventWhereTheConnectionBreaks() throws IOException {
        try (DatabaseProxy cut = DatabaseProxy.before(server.port())) {
            Map<String, String> environment = new HashMap<>(environment());
            environment.put("PARLEY_SERVER", "http://127.0.0.1:" + cut.port());
            Thread cutter =
                    Thread.ofVirtual()
                            .start(() -> {
                                dev.parley.testing.Wait.until(() ->
                                        postgres.database()
                                                        .count(
                                                                "select count(*) from turns t join"
                                                                    + " messages m on m.turn_id ="
                                                                    + " t.id where t.status ="
                                                                    + " 'running' and m.content"
                                                                    + " like 'count to 40%'")
                                                == 1);
                                cut.goAway();
                                cut.comeBack();
                            });

            CliRun told = CliRun.command(environment, "", "chat", "count to 40 every 50");

            assertThat(told.code()).isZero();
            assertThat(told.out().strip().split(" ")).hasSize(40).endsWith("39", "40");
            assertThat(cutter.isAlive()).isFalse();
            assertThat(
                            postgres.database()
                                    .count(
                                            "select count(*) from messages where content like"
                                                    + " 'count to 40%'"))
                    .isEqualTo(1);
        }
    }

    private static CliRun chat(String input, String... words) {
        String[] command = new String[words.length + 1];
        command[0] = "chat";
        System.arraycopy(words, 0, command, 1, words.length);
        return CliRun.command(environment(), input, command);
    }

    private static Map<String, String> environment() {
        return Map.of("PARLEY_SERVER", address(), "PARLEY_TOKEN", token);
    }

    private static String address() {
        return "http://127.0.0.1:" + server.port();
    }

    private static List<String> titles(String pattern) {
        return postgres.database()
                .texts(
                        "select title from tasks where title like '%s' order by title"
                                .formatted(pattern));
    }
}
