package dev.parley.testing;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads nothing but the database, and finds what the guarantees rule out. Each rule is a query for
 * whatever breaks it.
 */
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
                "every turn has one message of its user's",
                """
                select t.id from turns t left join messages m on m.turn_id = t.id and m.role = 'user'
                group by t.id having count(m.id) <> 1
                """);
        rules.put(
                "every turn has at most one reply, and names it",
                """
                select t.id from turns t left join messages m on m.turn_id = t.id and m.role = 'assistant'
                group by t.id having count(m.id) > 1 or coalesce(max(m.id::text), '') <> coalesce(max(t.reply_id::text), '')
                """);
        rules.put(
                "whoever succeeded has a reply",
                "select id from turns where status = 'succeeded' and reply_id is null");
        rules.put(
                "whoever did not succeed says why",
                "select id from turns where status <> 'succeeded' and error_code is null");
        rules.put(
                "the used quota equals the turns that were opened",
                """
                select a.username || ' used ' || coalesce(q.used, 0) || ', opened ' || coalesce(t.opened, 0) from accounts a
                left join (select user_id, sum(used) as used from quotas group by user_id) q on q.user_id = a.id
                left join (select user_id, count(*) as opened from turns group by user_id) t on t.user_id = a.id
                where coalesce(q.used, 0) <> coalesce(t.opened, 0)
                """);
        rules.put(
                "every turn has its row in the ledger, and no row is without one",
                """
                select coalesce(t.id, c.turn_id) from turns t full join charges c on c.turn_id = t.id and c.user_id = t.user_id
                where t.id is null or c.turn_id is null
                """);
        rules.put(
                "a conversation's version equals the endings in it",
                """
                select c.id || ' is at ' || c.version || ', ended ' || count(t.id) from conversations c
                left join turns t on t.conversation_id = c.id group by c.id having c.version <> count(t.id)
                """);
        rules.put(
                "each ending has raised the version once",
                """
                select conversation_id || ' at ' || version from turns
                group by conversation_id, version having count(*) > 1 or version is null
                """);
        rules.put(
                "messages lie without gaps",
                """
                select c.id from conversations c left join messages m on m.conversation_id = c.id
                group by c.id having count(m.id) <> c.message_count or max(m.position) <> c.message_count
                """);
        rules.put(
                "whoever was interrupted after a crash was told, once",
                """
                select t.id from turns t left join notifications n on n.turn_id = t.id and n.kind = 'turn_interrupted'
                where t.status = 'interrupted' and t.trail is null group by t.id having count(n.id) <> 1
                """);
        rules.put(
                "nobody else was told so",
                """
                select n.id from notifications n join turns t on t.id = n.turn_id
                where n.kind = 'turn_interrupted' and t.status <> 'interrupted'
                """);
        rules.put(
                "a key stands for one turn of its user's",
                """
                select k.key from idempotency_keys k left join turns t on t.id = k.turn_id and t.user_id = k.user_id
                where t.id is null
                """);
        rules.put(
                "a tool's work was done as often as it was recorded",
                """
                select s.turn_id from turn_steps s
                left join tasks k on k.id = (s.outcome::jsonb ->> 'id')::uuid
                where s.tool = 'add_task' and k.id is null
                """);
        rules.put(
                "no task was added but by a step",
                """
                select k.id from tasks k where not exists
                    (select from turn_steps s where s.tool = 'add_task' and s.outcome::jsonb ->> 'id' = k.id::text)
                """);
        return rules;
    }

    /** What breaks each rule that is broken, at most five of them. */
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
