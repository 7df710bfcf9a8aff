package dev.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Database;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.QueryPlans;
import dev.parley.testing.Wait;
import jakarta.enterprise.inject.Instance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lists of a hundred thousand rows: PostgreSQL itself explains, to whoever listens on the wire, how
 * it came by each page. However deep it is, no table is read from end to end, nothing is sorted
 * that an index has in order, and hardly more rows are touched than are shown.
 */
@ParleyTest
@ExpectedErrors("The job .+ failed") // The database is made to fail
class LongListsTest {

    private static final int ROWS = 100_000;
    private static final int TOUCHED_AT_MOST = 2_000;
    private static final Pattern BIG_SEQ_SCAN =
            Pattern.compile(
                    "Seq Scan on"
                        + " (?:tasks|notifications|conversations|messages|turns|turn_approvals|trainings|skills|accounts)\\b");

    private static final Pattern PLAN_OF_READY =
            Pattern.compile("order by ready_at.{0,500}?Scan[^\\n]*", Pattern.DOTALL);

    private final InProcess<Instance<Job>> jobs = InProcess.all(Job.class);

    private static Person person = new Person("", new UUID(0, 0), "");
    private static String conversation = "";

    @BeforeEach
    void fillOnce() {
        if (conversation.isEmpty()) {
            fill();
        }
    }

    private static void fill() {
        person = Person.admin();
        UUID id = person.id();
        Database database = Postgres.database();
        conversation = person.says("hello", "echo").text("conversation_id");
        UUID within = UUID.fromString(conversation);
        fill(
                "insert into tasks (id, user_id, title, status, priority, created_at, updated_at)"
                    + " select gen_random_uuid(), ?, 't', case n % 100 when 0 then 'completed' else"
                    + " 'pending' end, 'low', now(), now() from generate_series(1, ?) n",
                id);
        fill(
                "insert into notifications (id, user_id, kind, title, created_at, read_at) select"
                        + " gen_random_uuid(), ?, case n % 200 when 0 then 'quota_nearing' else"
                        + " 'task_due' end, 'n', now(), case when n % 100 < 99 then now() end from"
                        + " generate_series(1, ?) n",
                id);
        // A few of the person's own, a few for every administrator, most of other people
        fill(
                """
                insert into turn_approvals (turn_id, step, user_id, tool, arguments, arguments_hash, schema_hash, summary,
                    approver, status, asked_at, expires_at, decided_at)
                select (lpad(to_hex(n * 42949::bigint), 8, '0') || '-0000-4000-8000-000000000000')::uuid, '1',
                    case n % 500 when 0 then ? else gen_random_uuid() end, 't', '{}', '', '', '',
                    case n % 500 when 1 then 'admin' else 'owner' end,
                    case n % 1000 when 0 then 'denied' else 'open' end, now(), now() + interval '1 day',
                    case n % 1000 when 0 then now() end
                from generate_series(1, ?) n
                """,
                id);
        fill(
                "insert into conversations (id, user_id, title, agent_type, created_at, updated_at,"
                        + " pinned_at) select gen_random_uuid(), ?, 'c', 'echo', now(), now(), case"
                        + " n % 100 when 0 then now() end from generate_series(1, ?) n",
                id);
        database.changeInBulk(
                """
                with turn as (
                    select gen_random_uuid() as id, gen_random_uuid() as reply, n from generate_series(2, ? / 2) n),
                turned as (
                    insert into turns (id, user_id, conversation_id, agent_type, status, started_at, ended_at, reply_id, version)
                    select id, ?, ?, 'echo', 'succeeded', now(), now(), reply, n from turn)
                insert into messages (id, user_id, conversation_id, turn_id, position, role, content, created_at)
                select case role when 'user' then gen_random_uuid() else reply end, ?, ?, turn.id,
                    2 * n - case role when 'user' then 1 else 0 end, role,
                    case n % 10 when 0 then 'common ' else '' end || 'word number ' || n, now()
                from turn cross join (values ('user'), ('assistant')) as roles (role)
                """,
                ROWS, id, within, id, within);
        // A few that wait among all that have ended, which no page of them may read
        database.changeInBulk(
                """
                insert into turns (id, user_id, conversation_id, agent_type, status, started_at, trail, partial)
                select (lpad(to_hex(n * 10737418::bigint), 8, '0') || '-0000-4000-8000-000000000000')::uuid, ?,
                    gen_random_uuid(), 'echo', 'waiting', now(), '[]', ''
                from generate_series(1, 400) n
                """,
                id);
        database.changeInBulk(
                "insert into skills (id, name) select gen_random_uuid(), 'noise ' || n from"
                        + " generate_series(1, ?) n",
                ROWS);
        fill(
                "insert into trainings (id, user_id, skill_id, title, status, created_at,"
                    + " updated_at) select gen_random_uuid(), ?, (select id from skills where name"
                    + " = 'noise 1'), 't', case n % 100 when 0 then 'completed' else 'planned' end,"
                    + " now(), now() from generate_series(1, ?) n",
                id);
        database.changeInBulk(
                "insert into accounts (id, username, password_hash, created_at) select"
                    + " gen_random_uuid(), 'noise-' || n, 'x', now() from generate_series(1, ?) n",
                ROWS);
        for (String table :
                List.of(
                        "tasks",
                        "notifications",
                        "conversations",
                        "messages",
                        "turns",
                        "turn_approvals",
                        "trainings",
                        "skills",
                        "accounts")) {
            database.change("vacuum analyze " + table);
        }
        QueryPlans.start();
        Wait.until(() -> person.gets("/api/me").status() == 200);
    }

    @AfterAll
    static void clear() {
        QueryPlans.stop();
        for (String table :
                List.of(
                        "trainings",
                        "tasks",
                        "notifications",
                        "messages",
                        "turns",
                        "conversations")) {
            Postgres.database()
                    .changeInBulk("delete from " + table + " where user_id = ?", person.id());
        }
        Postgres.database().changeInBulk("delete from turn_approvals where tool = 't'");
        Postgres.database().changeInBulk("delete from skills where name like 'noise %'");
        Postgres.database().changeInBulk("delete from accounts where username like 'noise-%'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/tasks?",
                "/api/tasks?status=completed&",
                "/api/notifications?",
                "/api/notifications?unread=true&",
                "/api/notifications?unread=false&",
                "/api/notifications?kind=quota_nearing&",
                "/api/conversations?",
                "/api/conversations?pinned=true&",
                "/api/conversations?pinned=false&",
                "/api/conversations/{id}/messages?",
                "/api/conversations/{id}/messages?order=desc&",
                "/api/conversations/{id}/turns?",
                "/api/conversations/{id}/turns?order=desc&",
                "/api/me/trainings?",
                "/api/me/trainings?status=completed&",
                "/api/me/trainings?skill=noise%201&",
                "/api/skills?",
                "/api/approvals?",
                "/api/approvals?status=all&",
                "/api/approvals?status=denied&",
                "/api/admin/users?",
                "/api/admin/turns?",
                "/api/admin/turns?status=waiting&"
            })
    void pagesListsByIndexHoweverDeep(String list) {
        String path = list.replace("{id}", conversation);
        Map<String, Integer> touched = new TreeMap<>();
        for (String cursor : cursors(path)) {
            String plans = plansOf(path + "limit=50" + cursor);
            assertThat(BIG_SEQ_SCAN.matcher(plans).find()).as(plans).isFalse();
            touched.put(cursor, QueryPlans.touched(plans));
        }

        assertThat(touched)
                .allSatisfy((cursor, rows) ->
                        assertThat(rows).as(path + cursor).isBetween(1, TOUCHED_AT_MOST));
    }

    @Test
    void searchesMessagesByIndex() {
        String rare = plansOf("/api/messages?q=" + 41_234);
        String common = plansOf("/api/messages?q=common&limit=50");
        String deep =
                plansOf(
                        "/api/messages?q=common&limit=50&cursor="
                                + cursor("80000000-0000-4000-8000-000000000000"));

        assertThat(rare).contains("messages_in_words");
        assertThat(QueryPlans.touched(rare)).isLessThan(TOUCHED_AT_MOST);
        assertThat(common).contains("messages_in_words");
        assertThat(BIG_SEQ_SCAN.matcher(common + deep).find()).as(common).isFalse();
        // A word of every tenth message costs what it costs, but no more the deeper the page
        assertThat(QueryPlans.touched(deep))
                .isLessThanOrEqualTo((int) (1.1 * QueryPlans.touched(common)));
    }

    @Test
    void findsUnfinishedTurnsByTheirPartialIndexes() {
        String plans = plansOf("/api/admin/turns?limit=50");

        assertThat(plans).contains("turns_claim", "turns_queue");
    }

    /** Each replica looks for decided turns every few seconds, among all turns that ever were. */
    @Test
    void findsDecidedTurnsByIndex() {
        Postgres.proxy().notes();

        jobs.get().stream()
                .filter(job -> job.name().equals("resume-decided-turns"))
                .findFirst()
                .orElseThrow()
                .run(Deadline.in(Duration.ofMinutes(1)));

        StringBuilder notes = new StringBuilder();
        Wait.until(() -> PLAN_OF_READY.matcher(notes.append(Postgres.proxy().notes())).find());
        Matcher plan = PLAN_OF_READY.matcher(notes);
        assertThat(plan.find()).isTrue();
        assertThat(plan.group()).contains("Index Scan using turns_ready");
    }

    /** The first page, and some from the middle and from near the end. */
    private static List<String> cursors(String path) {
        if (path.contains("/messages") || path.matches("/api/conversations/.*/turns.*")) {
            return List.of("", "&cursor=" + cursor(ROWS / 2), "&cursor=" + cursor(ROWS - 200));
        }
        if (path.contains("/skills")) {
            return List.of(
                    "", "&cursor=" + cursor("noise 50000"), "&cursor=" + cursor("noise 99900"));
        }
        return List.of(
                "",
                "&cursor=" + cursor("80000000-0000-4000-8000-000000000000"),
                "&cursor=" + cursor("08000000-0000-4000-8000-000000000000"));
    }

    private static String cursor(Object place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(place.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Without the statements of jobs, such as the count of all open approvals. */
    private static String plansOf(String path) {
        try (PausedJobs _ = PausedJobs.pause()) {
            Postgres.proxy().notes();
            ApiResponse page = person.gets(path);
            assertThat(page.status()).as(page.toString()).isEqualTo(200);
            assertThat(page.json().path("data")).as(path).isNotEmpty();
            StringBuilder plans = new StringBuilder();
            Wait.until(() -> plans.append(Postgres.proxy().notes()).indexOf("Limit") >= 0);
            return plans.toString();
        }
    }

    private static void fill(String insert, UUID user) {
        Postgres.database().changeInBulk(insert, user, ROWS);
    }
}
