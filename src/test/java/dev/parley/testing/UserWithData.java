package dev.parley.testing;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A user with rows in every user table, and with as many conversations and messages as a test
 * needs.
 */
public record UserWithData(Person person) {

    /**
     * The predicates of the tables whose rows belong to a user without a column {@code user_id}.
     */
    private static final Map<String, String> PREDICATES =
            Map.of(
                    "accounts",
                    "id = ?",
                    "conversation_summaries",
                    "conversation_id in (select id from conversations where user_id = ?)",
                    "turn_steps",
                    "turn_id in (select id from turns where user_id = ?)",
                    "turn_rounds",
                    "turn_id in (select id from turns where user_id = ?)",
                    "turn_usage",
                    "turn_id in (select id from turns where user_id = ?)",
                    "turn_approvals",
                    "turn_id in (select id from turns where user_id = ?)");

    /**
     * @param messages the number of messages; each turn has two messages
     */
    public static UserWithData with(int conversations, int messages) {
        Person person = Person.registered();
        UUID id = person.id();
        Database database = Postgres.database();
        database.change(
                """
                insert into conversations (id, user_id, title, agent_type, version, message_count, created_at, updated_at, pinned_at)
                select gen_random_uuid(), ?, 'c' || n, 'echo', 0, 0, now(), now(), now() from generate_series(1, ?) n
                """,
                id,
                conversations);
        database.change(
                """
                with numbered as (
                    select id, row_number() over (order by id) - 1 as n from conversations where user_id = ?),
                turn as (
                    select gen_random_uuid() as turn_id, gen_random_uuid() as reply_id, numbered.id as conversation_id, k / ? as nth
                    from generate_series(0, ? / 2 - 1) k join numbered on numbered.n = k %% ?),
                turned as (
                    insert into turns (id, user_id, conversation_id, agent_type, status, started_at, ended_at, reply_id, version)
                    select turn_id, ?, conversation_id, 'echo', 'succeeded', now(), now(), reply_id, nth from turn)
                insert into messages (id, user_id, conversation_id, turn_id, position, role, content, created_at)
                select case role when 'user' then gen_random_uuid() else reply_id end, ?, conversation_id, turn_id,
                    2 * nth + case role when 'user' then 1 else 2 end, role, 'words of ' || role || ' ' || nth, now()
                from turn cross join (values ('user'), ('assistant')) as roles (role)
                """
                        .replace("%%", "%"),
                id,
                conversations,
                messages,
                conversations,
                id,
                id);
        List<String> inserts =
                List.of(
                        "insert into conversation_summaries (conversation_id, content, messages,"
                            + " through_position, updated_at, step_id, claimed_at) select id,"
                            + " 'words', 2, 2, now(), id, now() from conversations where user_id ="
                            + " ?",
                        "insert into turn_steps (turn_id, attempt, number, tool, arguments,"
                                + " outcome, created_at) select id, 1, 1, 'list_tasks', '{}', '{}',"
                                + " now() from turns where user_id = ? limit 10",
                        "insert into turn_rounds (turn_id, path, number, message, created_at)"
                                + " select id, '', 1, '{}', now() from turns where user_id = ?"
                                + " limit 10",
                        "insert into turn_usage (turn_id, path, agent_type, model, input_tokens,"
                                + " cached_tokens, output_tokens, is_estimated) select id, '',"
                                + " 'echo', 'm', 1, 0, 1, false from turns where user_id = ? limit"
                                + " 10",
                        "insert into reservations (turn_id, user_id, tokens) select id, user_id, 1"
                                + " from turns where user_id = ? limit 10",
                        "insert into token_charges (user_id, month, turn_id, path, agent_type,"
                                + " model, input_tokens, cached_tokens, output_tokens, cost,"
                                + " is_estimated, charged_at) select user_id, '2026-11-01', id, '',"
                                + " 'echo', 'm', 1, 0, 1, 0, false, now() from turns where user_id"
                                + " = ?",
                        "insert into turn_approvals (turn_id, step, user_id, tool, arguments,"
                                + " arguments_hash, schema_hash, summary, approver, status,"
                                + " asked_at, expires_at, decided_at) select id, '1', user_id,"
                                + " 'add_task', '{}', '', '', 'add_task', 'owner', 'denied', now(),"
                                + " now(), now() from turns where user_id = ? limit 10",
                        "insert into idempotency_keys (user_id, key, request_hash, turn_id,"
                                + " created_at) select user_id, 'k' || id, '\\x00', id, now() from"
                                + " turns where user_id = ? limit 10",
                        "insert into notifications (id, user_id, kind, title, turn_id, created_at)"
                            + " select gen_random_uuid(), user_id, 'task_due', 'n', id, now() from"
                            + " turns where user_id = ? limit 10",
                        "insert into feedback (user_id, message_id, rating, created_at, updated_at)"
                            + " select user_id, id, 'up', now(), now() from messages where user_id"
                            + " = ? and role = 'assistant' limit 10",
                        "insert into survey_answers (user_id, survey, answers, created_at,"
                            + " updated_at) values (?, 'satisfaction', '{\"overall\":5}', now(),"
                            + " now())",
                        "insert into tasks (id, user_id, title, status, priority, created_at,"
                            + " updated_at) values (gen_random_uuid(), ?, 't', 'pending', 'low',"
                            + " now(), now())",
                        "insert into profiles (user_id, temperature) values (?, 0.5)",
                        "insert into preferences (user_id, key, value, updated_at) values (?,"
                                + " 'colour', 'green', now())",
                        "insert into skills (id, user_id, name) select gen_random_uuid(), user_id,"
                                + " 'skill' from (values (?::uuid)) as input (user_id)",
                        "insert into user_skills (user_id, skill_id, level, updated_at) select"
                                + " user_id, id, 3, now() from skills where user_id = ?",
                        "insert into trainings (id, user_id, skill_id, title, status, created_at,"
                            + " updated_at) select gen_random_uuid(), user_id, id, 't', 'planned',"
                            + " now(), now() from skills where user_id = ?",
                        "insert into hirings (user_id, agent_type, hired_at) values (?, 'news',"
                                + " now())",
                        "insert into subscriptions (user_id, plan) values (?, 'free')",
                        "insert into quotas (user_id, month, used) select user_id, '2026-11-01',"
                                + " count(*) from turns where user_id = ? group by user_id",
                        "insert into charges (user_id, month, turn_id, charged_at) select user_id,"
                                + " '2026-11-01', id, now() from turns where user_id = ?");
        inserts.forEach(insert -> database.change(insert, id));
        return new UserWithData(person);
    }

    /** The tables that reference a user, directly or through other tables or by a column name. */
    public static List<String> tables() {
        return Postgres.database()
                .texts(
                        """
                        with recursive linked as (
                            select 'accounts'::regclass::oid as id
                            union
                            select conrelid from pg_constraint join linked on confrelid = linked.id where contype = 'f'),
                        naming as (
                            select attrelid as id from pg_attribute join pg_class on pg_class.oid = attrelid
                            where attname in ('user_id', 'account_id', 'owner_id') and relkind = 'r' and relnamespace = 'public'::regnamespace)
                        select relname from pg_class where oid in (select id from linked union select id from naming) order by relname
                        """);
    }

    /** The number of the user's rows in each table. */
    public Map<String, Long> rows() {
        Map<String, Long> rows = new TreeMap<>();
        for (String table : tables()) {
            rows.put(
                    table,
                    Postgres.database()
                            .count(
                                    "select count(*) from %s where %s"
                                            .formatted(table, predicate(table)),
                                    person.id()));
        }
        return rows;
    }

    /** A hash of the user's rows in each table. */
    public Map<String, String> content() {
        Map<String, String> content = new TreeMap<>();
        for (String table : tables()) {
            content.put(
                    table,
                    Postgres.database()
                            .texts(
                                    "select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) from %s t where %s"
                                            .formatted(table, predicate(table)),
                                    person.id())
                            .getFirst());
        }
        return content;
    }

    private static String predicate(String table) {
        return PREDICATES.getOrDefault(table, "user_id = ?");
    }
}
