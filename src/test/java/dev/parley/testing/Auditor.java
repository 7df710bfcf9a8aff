package dev.parley.testing;

import java.util.LinkedHashMap;
import java.util.Map;

/** Checks the guarantees in the database alone. Each rule is a query for the rows that break it. */
public final class Auditor {

    private static final Map<String, String> RULES = rules();

    private final Database database;

    public Auditor(Database database) {
        this.database = database;
    }

    private static Map<String, String> rules() {
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put(
                "every turn has ended",
                "select id || ' is ' || status from turns where status in ('queued', 'running',"
                        + " 'waiting')");
        rules.put(
                "every turn has exactly one user message",
                """
                select t.id from turns t left join messages m on m.turn_id = t.id and m.role = 'user'
                group by t.id having count(m.id) <> 1
                """);
        rules.put(
                "every turn has at most one reply and references it",
                """
                select t.id from turns t left join messages m on m.turn_id = t.id and m.role = 'assistant'
                group by t.id having count(m.id) > 1 or coalesce(max(m.id::text), '') <> coalesce(max(t.reply_id::text), '')
                """);
        rules.put(
                "every succeeded turn has a reply",
                "select id from turns where status = 'succeeded' and reply_id is null");
        rules.put(
                "every turn that did not succeed has an error code",
                "select id from turns where status <> 'succeeded' and error_code is null");
        rules.put(
                "the used quota equals the queries of the ledger",
                """
                select a.username || ' used ' || coalesce(q.used, 0) || ', charged ' || coalesce(c.queries, 0) from accounts a
                left join (select user_id, sum(used) as used from quotas group by user_id) q on q.user_id = a.id
                left join (select user_id, sum(queries) as queries from charges group by user_id) c on c.user_id = a.id
                where coalesce(q.used, 0) <> coalesce(c.queries, 0)
                """);
        rules.put(
                "every turn has a row in the ledger, and every row has a turn",
                """
                select coalesce(t.id, c.turn_id) from turns t full join charges c on c.turn_id = t.id and c.user_id = t.user_id
                where t.id is null or c.turn_id is null
                """);
        rules.put(
                "a conversation's version equals the number of its ended turns",
                """
                select c.id || ' is at ' || c.version || ', ended ' || count(t.id) from conversations c
                left join turns t on t.conversation_id = c.id group by c.id having c.version <> count(t.id)
                """);
        rules.put(
                "every ended turn raised the version once",
                """
                select conversation_id || ' at ' || version from turns
                group by conversation_id, version having count(*) > 1 or version is null
                """);
        rules.put(
                "the positions of messages have no gaps",
                """
                select c.id from conversations c left join messages m on m.conversation_id = c.id
                group by c.id having count(m.id) <> c.message_count or max(m.position) <> c.message_count
                """);
        rules.put(
                "every turn interrupted after a crash has one notification",
                """
                select t.id from turns t left join notifications n on n.turn_id = t.id and n.kind = 'turn_interrupted'
                where t.status = 'interrupted' and t.trail is null group by t.id having count(n.id) <> 1
                """);
        rules.put(
                "no other turn has such a notification",
                """
                select n.id from notifications n join turns t on t.id = n.turn_id
                where n.kind = 'turn_interrupted' and t.status <> 'interrupted'
                """);
        rules.put(
                "every idempotency key references a turn of its user",
                """
                select k.key from idempotency_keys k left join turns t on t.id = k.turn_id and t.user_id = k.user_id
                where t.id is null
                """);
        rules.put(
                "every waiting turn has an open approval, or can go on",
                """
                select t.id from turns t where t.status = 'waiting' and t.ready_at is null and not exists
                    (select from turn_approvals a where a.turn_id = t.id and a.status = 'open')
                """);
        rules.put(
                "open approvals belong to waiting turns",
                """
                select a.turn_id from turn_approvals a join turns t on t.id = a.turn_id
                where a.status = 'open' and t.status <> 'waiting'
                """);
        rules.put(
                "what was approved ran at most once, with these arguments",
                """
                select a.turn_id from turn_approvals a join turn_steps s on s.turn_id = a.turn_id and s.path = a.step and s.ok
                group by a.turn_id, a.step having count(*) > 1
                    or bool_or(s.arguments::jsonb <> coalesce(a.approved_arguments, a.arguments)::jsonb)
                    or bool_or(a.status <> 'approved')
                """);
        rules.put(
                "no ended turn has rounds",
                """
                select r.turn_id from turn_rounds r join turns t on t.id = r.turn_id where t.ended_at is not null
                """);
        rules.put(
                "every step stands behind a round of its agent",
                """
                select s.turn_id from turn_steps s join turns t on t.id = s.turn_id
                where t.ended_at is null and s.path is not null and not exists (select from turn_rounds r
                    where r.turn_id = s.turn_id and r.path = regexp_replace(s.path, '[.]?[0-9]+$', ''))
                """);
        rules.put(
                "every recorded add_task step has its task",
                """
                select s.turn_id from turn_steps s
                left join tasks k on k.id = (s.outcome::jsonb ->> 'id')::uuid
                where s.tool = 'add_task' and s.ok and k.id is null
                """);
        rules.put(
                "every task has its recorded step",
                """
                select k.id from tasks k where not exists
                    (select from turn_steps s where s.tool = 'add_task' and s.outcome::jsonb ->> 'id' = k.id::text)
                """);
        return rules;
    }

    /** The broken rules, each with at most five of the rows that break it. */
    public Map<String, String> findings() {
        Map<String, String> findings = new LinkedHashMap<>();
        RULES.forEach((rule, query) -> {
            var broken = database.texts("select * from (" + query + ") as broken limit 5");
            if (!broken.isEmpty()) {
                findings.put(rule, broken.toString());
            }
        });
        return findings;
    }
}
