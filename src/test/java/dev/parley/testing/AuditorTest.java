package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The auditor finds nothing wrong with a supervised turn that waits for an approval inside of a
 * worker, and finds each row that is corrupted.
 */
class AuditorTest {

    private static final String TEMPLATE = "audited_" + suffix();
    private static final String TURN = "01980f3e-0000-7000-8000-000000000001";
    private static final Auditor.Budgets BUDGETS = new Auditor.Budgets(3, 2, 3, 100);

    /** What {@link CsvSource} has: the rule, and the statement that breaks it. */
    private static final String CORRUPTIONS =
            """
            the used tokens and cost equal those of the ledger | update quotas set tokens = 1
            the used tokens and cost equal those of the ledger | update quotas set cost = 1
            the used tokens and cost equal those of the ledger | insert into token_charges select user_id, '2026-11-01', id, '', 'lead', 'm', 1, 0, 1, 1, false, now() from turns
            an ended turn is charged the tokens that it shows | update turns set status = 'failed', ended_at = now()
            only turns that have not ended have reserved tokens and cost | with _ as (update turns set status = 'failed', ended_at = now()) insert into reservations select id, user_id, 1, null from turns
            only turns that have not ended have uncharged usage | with _ as (update turns set status = 'failed', ended_at = now()) insert into turn_usage select id, '', 'lead', 'm', 1, 0, 1, false from turns
            every message that has joined is answered by an earlier turn of its conversation | update turns set status = 'steered', ended_at = now(), answered_by = gen_random_uuid()
            a message stands in the turn that answers it | update messages set answered_by = gen_random_uuid()
            every waiting turn has an open approval, or can go on | update turn_approvals set status = 'denied', decided_at = now()
            no turn that waits or has ended can go on without a decision | update turns set ready_at = now()
            no waiting turn has a runner | update turns set runner_id = gen_random_uuid()
            open approvals belong to waiting turns | update turns set status = 'running'
            every approval has a turn of its user | update turn_approvals set user_id = gen_random_uuid()
            an open approval is about a call of the stored rounds | update turn_approvals set arguments = '{"title":"tea"}'
            an open approval is about a call of the stored rounds | update turn_approvals set step = '1.2'
            no open approval is about a call that has a result, or whose worker has one | insert into turn_steps select turn_id, 1, 8, 'delegate', '{}', '{}', now(), '1', true from turn_approvals
            no open approval is about a call that has a result, or whose worker has one | insert into turn_steps select turn_id, 1, 8, 'add_task', '{}', '{}', now(), '1.1', false from turn_approvals
            what was approved ran at most once, with these arguments | insert into turn_steps select turn_id, 1, 8, 'add_task', '{"title":"milk"}', '{}', now(), '1.1', true from turn_approvals
            what was approved ran at most once, with these arguments | with _ as (update turn_approvals set status = 'approved', decided_at = now()) insert into turn_steps select turn_id, 1, 8, 'add_task', '{"title":"tea"}', '{}', now(), '1.1', true from turn_approvals
            only turns that run or wait have rounds | update turns set status = 'failed', ended_at = now()
            only turns that run or wait have rounds | update turns set status = 'queued'
            every step is a call of the stored rounds | update turn_steps set tool = 'change_task' where path = '2.1'
            every step is a call of the stored rounds | delete from turn_rounds where path = '2'
            every call has at most one result | insert into turn_steps select turn_id, 2, number, tool, arguments, outcome, created_at, path, ok from turn_steps where path = '2'
            the steps and rounds of a worker belong to a delegation | update turn_steps set tool = 'add_task' where path = '2'
            the steps and rounds of a worker belong to a delegation | update turn_rounds set message = replace(message, 'delegate', 'list_tasks') where path = ''
            the steps and rounds of a worker belong to a delegation | delete from turn_rounds where path = ''
            no tool of a worker ran after the worker's result | update turn_steps set created_at = now() + interval '1 second' where path = '2.1'
            workers work at most two deep | update turn_steps set path = '2.1.1.1' where path = '2.1'
            workers work at most two deep | update turn_steps set tool = 'delegate', outcome = '{"agent_type":"a"}', path = '2.1.1' where path = '2.1'
            workers work at most two deep | update turn_rounds set path = '2.1.1' where path = '2'
            no turn has more delegations than it may | insert into turn_steps select turn_id, 1, 8 + n, 'delegate', '{}', '{"agent_type":"a"}', now(), (2 + n)::text, true from turn_approvals, generate_series(1, 3) n
            no round has more workers than it may | insert into turn_steps select turn_id, 1, 8 + n, 'delegate', '{}', '{"agent_type":"a"}', now(), (2 * n - 1)::text, true from turn_approvals, generate_series(1, 2) n
            no turn has more rounds than it may | insert into turn_rounds select turn_id, '', 2, '{"text":"","calls":[]}', now() from turn_approvals
            no turn uses more tokens than it may | update turns set output_tokens = 101
            """;

    private Database database;

    @BeforeAll
    static void migrate() {
        Postgres.database().change("create database " + TEMPLATE);
        Flyway.configure()
                .dataSource(Postgres.database(TEMPLATE).source())
                .locations("classpath:db/migration")
                .mixed(true)
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .load()
                .migrate();
        waitingTurn(Postgres.database(TEMPLATE));
    }

    @BeforeEach
    void copy() {
        String name = "audited_" + suffix();
        Postgres.database().change("create database %s template %s".formatted(name, TEMPLATE));
        database = Postgres.database(name);
    }

    @Test
    void findsNothingWrongWithTurnThatWaits() {
        assertThat(new Auditor(database, BUDGETS).findingsAtThisMoment()).isEmpty();
        assertThat(new Auditor(database, BUDGETS).findings())
                .containsOnlyKeys(
                        "every turn has ended",
                        "every turn that did not succeed or join another has an error code",
                        "every ended turn raised the version once");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = CORRUPTIONS)
    void findsCorruptedRow(String rule, String corruption) {
        database.change(corruption);

        assertThat(new Auditor(database, BUDGETS).findingsAtThisMoment()).containsKey(rule);
    }

    @Test
    void findsNothingWrongWithTurnThatWasRemovedFromTheQueue() {
        removedTurn();

        assertThat(new Auditor(database, BUDGETS).findings())
                .containsOnlyKeys(
                        "every turn has ended",
                        "every turn that did not succeed or join another has an error code",
                        "every ended turn raised the version once");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    every turn has exactly one user message, unless it was removed | update turns set error_code = 'turn_cancelled'
                    every turn has exactly one user message, unless it was removed | insert into messages select gen_random_uuid(), conversation_id, id, 3, 'user', 'kept', now(), user_id from turns where error_code = 'turn_removed'
                    a turn that was removed never ran and cost nothing | update charges set queries = 1
                    a turn that was removed never ran and cost nothing | update turns set partial = 'I' where error_code = 'turn_removed'
                    the positions of messages and of removed turns have no gaps | update turns set position = 3
                    the positions of messages and of removed turns have no gaps | update messages set position = 3
                    a conversation counts its removed turns | update conversations set removed_messages = 0
                    """)
    void findsCorruptedRowOfRemovedTurn(String rule, String corruption) {
        removedTurn();

        database.change(corruption);

        assertThat(new Auditor(database, BUDGETS).findings()).containsKey(rule);
    }

    private void removedTurn() {
        database.change(
                "update conversations set message_count = 2, removed_messages = 1, version = 2");
        database.change(
                "insert into turns (id, user_id, conversation_id, agent_type, status, started_at,"
                    + " ended_at, position, version, error_code, error_detail) select"
                    + " gen_random_uuid(), user_id, id, 'lead', 'cancelled', now(), now(), 2, 2,"
                    + " 'turn_removed', 'It was.' from conversations");
        database.change(
                "insert into charges (user_id, month, turn_id, charged_at, queries) select user_id,"
                        + " date_trunc('month', now())::date, id, now(), 0 from turns where"
                        + " error_code = 'turn_removed'");
    }

    @Test
    void hasSeenEachRuleOfTurnsThatRunFail() {
        assertThat(CORRUPTIONS.lines().map(line -> line.split(" [|] ", 2)[0]).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        new Auditor(database, BUDGETS).rulesOfEachMoment());
    }

    /** Two workers: the first waits for an approval, the second has added a task and returned. */
    private static void waitingTurn(Database database) {
        database.change(
                "insert into accounts (id, username, password_hash, created_at) values"
                        + " (gen_random_uuid(), 'u', 'x', now())");
        database.change(
                "insert into conversations (id, user_id, title, agent_type, version, message_count,"
                    + " created_at, updated_at) select gen_random_uuid(), id, 'c', 'lead', 1, 1,"
                    + " now(), now() from accounts");
        database.change(
                "insert into turns (id, user_id, conversation_id, agent_type, status, started_at,"
                        + " input_tokens, output_tokens) select ?::uuid, user_id, id, 'lead',"
                        + " 'waiting', now(), 50, 50 from conversations",
                TURN);
        database.change(
                "insert into messages (id, user_id, conversation_id, turn_id, position, role,"
                    + " content, created_at) select gen_random_uuid(), user_id, conversation_id,"
                    + " id, 1, 'user', 'hello', now() from turns");
        database.change(
                "insert into charges (user_id, month, turn_id, charged_at) select user_id,"
                        + " date_trunc('month', now())::date, id, now() from turns");
        database.change(
                "insert into quotas (user_id, month, used) select user_id, month, 1 from charges");
        round(database, "", "delegate", "{}", "delegate", "{}", "delegate", "{}");
        round(database, "1", "add_task", "{\"title\":\"milk\"}");
        round(database, "2", "add_task", "{\"title\":\"tea\"}");
        database.change(
                "insert into tasks (id, user_id, title, status, priority, created_at, updated_at)"
                    + " select ?::uuid, user_id, 'tea', 'pending', 'low', now(), now() from turns",
                TURN);
        step(database, 1, "2.1", "add_task", "{\"id\":\"%s\"}".formatted(TURN), true);
        step(database, 2, "2", "delegate", "{\"agent_type\":\"clerk\"}", true);
        // Refused, so no worker has started
        step(database, 3, "3", "delegate", "{\"error\":\"too many\"}", false);
        database.change(
                """
                insert into turn_approvals (turn_id, step, user_id, tool, arguments, arguments_hash, schema_hash, summary,
                    approver, status, asked_at, expires_at)
                select id, '1.1', user_id, 'add_task', '{"title":"milk"}', 'h', 'h', 's', 'owner', 'open', now(),
                    now() + interval '1 day' from turns
                """);
    }

    private static void round(Database database, String path, String... calls) {
        StringBuilder message = new StringBuilder();
        for (int i = 0; i < calls.length; i += 2) {
            message.append(message.isEmpty() ? "" : ",")
                    .append(
                            "{\"id\":\"c\",\"tool\":\"%s\",\"arguments\":%s}"
                                    .formatted(calls[i], calls[i + 1]));
        }
        database.change(
                "insert into turn_rounds (turn_id, path, number, message, created_at) values"
                        + " (?::uuid, ?, 1, ?, now())",
                TURN,
                path,
                "{\"text\":\"\",\"calls\":[%s]}".formatted(message));
    }

    private static void step(
            Database database, int number, String path, String tool, String outcome, boolean ok) {
        database.change(
                "insert into turn_steps (turn_id, attempt, number, tool, arguments, outcome,"
                        + " created_at, path, ok) values (?::uuid, 1, ?, ?, '{}', ?, now(), ?, ?)",
                TURN,
                number,
                tool,
                outcome,
                path,
                ok);
    }

    private static String suffix() {
        return UUID.randomUUID().toString().substring(0, 8);
    }
}
