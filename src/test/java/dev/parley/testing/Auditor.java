package dev.parley.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Checks the guarantees in the database alone. Each rule is a query for the rows that break it. */
public final class Auditor {

    private static final Map<String, String> RULES_AT_REST = rulesAtRest();

    /** The calls of the rounds that are stored, each with the path of its step. */
    private static final String CALLS =
            """
            (select r.turn_id, r.path, r.number, c.call ->> 'tool' as tool, c.call -> 'arguments' as arguments,
                case r.path when '' then '' else r.path || '.' end
                    || row_number() over (partition by r.turn_id, r.path order by r.number, c.position) as step
             from turn_rounds r, jsonb_array_elements(r.message::jsonb -> 'calls') with ordinality as c (call, position))
            """;

    private final Database database;
    private final Map<String, String> rulesAtAnyMoment;

    /** Audits turns with the budgets that are shipped. */
    public Auditor(Database database) {
        this(database, new Budgets(32, 8, 100, 2_000_000));
    }

    public Auditor(Database database, Budgets budgets) {
        this.database = database;
        this.rulesAtAnyMoment = rulesAtAnyMoment(budgets);
    }

    /**
     * What a turn may use.
     *
     * @param delegations {@code parley.agent.max-delegations}
     * @param delegationsPerRound {@code parley.agent.max-delegations-per-round}
     * @param rounds {@code parley.agent.max-turn-rounds}
     * @param tokens {@code parley.agent.max-turn-tokens}, and the answers that are being written
     *     when it is reached
     */
    public record Budgets(int delegations, int delegationsPerRound, int rounds, long tokens) {}

    /** Rules for the time after the last turn. */
    private static Map<String, String> rulesAtRest() {
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put(
                "every turn has ended",
                "select id || ' is ' || status from turns where status in ('queued', 'running',"
                        + " 'waiting')");
        rules.put(
                "every turn has exactly one user message, unless it was removed",
                """
                select t.id from turns t left join messages m on m.turn_id = t.id and m.role = 'user'
                group by t.id having count(m.id) <> case when t.error_code = 'turn_removed' then 0 else 1 end
                """);
        rules.put(
                "a turn that was removed never ran and cost nothing",
                """
                select t.id from turns t left join charges c on c.turn_id = t.id where t.error_code = 'turn_removed'
                    and (t.status <> 'cancelled' or t.reply_id is not null or t.partial is not null or c.queries <> 0)
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
                "every turn that did not succeed or join another has an error code",
                "select id from turns where status not in ('succeeded', 'steered') and error_code"
                        + " is null");
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
                "the positions of messages and of removed turns have no gaps",
                """
                select c.id from conversations c left join (
                    select conversation_id, position from messages
                    union all select conversation_id, position from turns where error_code = 'turn_removed') p
                    on p.conversation_id = c.id
                group by c.id having count(distinct p.position) <> c.message_count or max(p.position) <> c.message_count
                """);
        rules.put(
                "a conversation counts its removed turns",
                """
                select c.id from conversations c left join turns t on t.conversation_id = c.id and t.error_code = 'turn_removed'
                group by c.id having count(t.id) <> c.removed_messages
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

    /** Rules that hold at each moment, also while turns run and wait. */
    private static Map<String, String> rulesAtAnyMoment(Budgets budgets) {
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put(
                "the used tokens and cost equal those of the ledger",
                """
                select coalesce(q.user_id, c.user_id) || ' used ' || q.tokens || ', charged ' || c.tokens
                from quotas q full join (
                    select user_id, month, sum(input_tokens + output_tokens) as tokens, sum(cost) as cost
                    from token_charges group by user_id, month) c using (user_id, month)
                where (coalesce(q.tokens, 0), coalesce(q.cost, 0)) <> (coalesce(c.tokens, 0), coalesce(c.cost, 0))
                """);
        rules.put(
                "an ended turn is charged the tokens that it shows",
                """
                select t.id from turns t left join token_charges c on c.turn_id = t.id
                where t.ended_at is not null
                group by t.id having t.input_tokens + t.output_tokens <> coalesce(sum(c.input_tokens + c.output_tokens), 0)
                """);
        rules.put(
                "only turns that have not ended have reserved tokens and cost",
                """
                select t.id from reservations r join turns t on t.id = r.turn_id
                where t.status not in ('queued', 'running', 'waiting')
                """);
        rules.put(
                "only turns that have not ended have uncharged usage",
                """
                select t.id from turn_usage u join turns t on t.id = u.turn_id
                where t.status not in ('running', 'waiting')
                """);
        rules.put(
                "every waiting turn has an open approval, or can go on",
                """
                select t.id from turns t where t.status = 'waiting' and t.ready_at is null and not exists
                    (select from turn_approvals a where a.turn_id = t.id and a.status = 'open')
                """);
        rules.put(
                "no turn that waits or has ended can go on without a decision",
                """
                select t.id from turns t where t.ready_at is not null and (t.status <> 'waiting' or exists
                    (select from turn_approvals a where a.turn_id = t.id and a.status = 'open'))
                """);
        rules.put(
                "no waiting turn has a runner",
                "select id from turns where status = 'waiting' and runner_id is not null");
        rules.put(
                "open approvals belong to waiting turns",
                """
                select a.turn_id from turn_approvals a join turns t on t.id = a.turn_id
                where a.status = 'open' and t.status <> 'waiting'
                """);
        rules.put(
                "every message that has joined is answered by an earlier turn of its conversation",
                """
                select t.id from turns t left join turns a on a.id = t.answered_by and a.conversation_id = t.conversation_id
                where t.status = 'steered' and (a.id is null or a.position >= t.position or a.status in ('queued', 'steered'))
                """);
        rules.put(
                "a message stands in the turn that answers it",
                """
                select t.id from turns t join messages m on m.turn_id = t.id and m.role = 'user'
                where m.answered_by is distinct from t.answered_by
                """);
        rules.put(
                "every approval has a turn of its user",
                """
                select a.turn_id from turn_approvals a left join turns t on t.id = a.turn_id
                where t.user_id is distinct from a.user_id
                """);
        rules.put(
                "an open approval is about a call of the stored rounds",
                """
                select a.turn_id || ' ' || a.step from turn_approvals a
                left join %s c on c.turn_id = a.turn_id and c.step = a.step
                where a.status = 'open' and (c.tool is distinct from a.tool or c.arguments <> a.arguments::jsonb)
                """
                        .formatted(CALLS));
        rules.put(
                "no open approval is about a call that has a result, or whose worker has one",
                """
                select a.turn_id || ' ' || a.step from turn_approvals a join turn_steps s on s.turn_id = a.turn_id
                where a.status = 'open' and (a.step = s.path or starts_with(a.step, s.path || '.'))
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
                "only turns that run or wait have rounds",
                """
                select r.turn_id from turn_rounds r join turns t on t.id = r.turn_id
                where t.status not in ('running', 'waiting')
                """);
        rules.put(
                "every step is a call of the stored rounds",
                """
                select s.turn_id || ' ' || s.path from turn_steps s join turns t on t.id = s.turn_id
                left join %s c on c.turn_id = s.turn_id and c.step = s.path
                where t.ended_at is null and s.path is not null and c.tool is distinct from s.tool
                """
                        .formatted(CALLS));
        rules.put(
                "every call has at most one result",
                """
                select turn_id || ' ' || path from turn_steps where path is not null
                group by turn_id, path having count(*) > 1
                """);
        rules.put(
                "the steps and rounds of a worker belong to a delegation",
                """
                select w.turn_id || ' ' || w.path from (
                    select turn_id, regexp_replace(path, '[.][0-9]+$', '') as path from turn_steps where path like '%%.%%'
                    union select turn_id, path from turn_rounds where path <> '') w
                join turns t on t.id = w.turn_id
                left join turn_steps s on s.turn_id = w.turn_id and s.path = w.path
                left join %s c on c.turn_id = w.turn_id and c.step = w.path
                where s.tool <> 'delegate' or c.tool <> 'delegate' or (t.ended_at is null and c.tool is null)
                """
                        .formatted(CALLS));
        rules.put(
                "no tool of a worker ran after the worker's result",
                """
                select s.turn_id || ' ' || s.path from turn_steps s join turn_steps result
                    on result.turn_id = s.turn_id and starts_with(s.path, result.path || '.')
                where s.ok and s.created_at > result.created_at
                """);
        rules.put(
                "workers work at most two deep",
                """
                select turn_id || ' ' || path from turn_steps where path ~ '([.].*){3}'
                    or (tool = 'delegate' and outcome::jsonb ->> 'agent_type' is not null and path ~ '([.].*){2}')
                union select turn_id || ' ' || path from turn_rounds where path ~ '([.].*){2}'
                """);
        rules.put(
                "no turn has more delegations than it may",
                """
                select turn_id || ' delegated ' || count(*) from turn_steps
                where tool = 'delegate' and outcome::jsonb ->> 'agent_type' is not null
                group by turn_id having count(*) > %d
                """
                        .formatted(budgets.delegations()));
        rules.put(
                "no round has more workers than it may",
                """
                select c.turn_id || ' delegated ' || count(*) from %s c
                join turn_steps s on s.turn_id = c.turn_id and s.path = c.step
                where s.tool = 'delegate' and s.outcome::jsonb ->> 'agent_type' is not null
                group by c.turn_id, c.path, c.number having count(*) > %d
                """
                        .formatted(CALLS, budgets.delegationsPerRound()));
        rules.put(
                "no turn has more rounds than it may",
                "select turn_id from turn_rounds group by turn_id having count(*) > %d"
                        .formatted(budgets.rounds()));
        rules.put(
                "no turn uses more tokens than it may",
                "select id from turns where input_tokens + output_tokens > %d"
                        .formatted(budgets.tokens()));
        return rules;
    }

    /** The broken rules, each with at most five of the rows that break it, after the last turn. */
    public Map<String, String> findings() {
        Map<String, String> findings = broken(RULES_AT_REST);
        findings.putAll(findingsAtThisMoment());
        return findings;
    }

    /** The same of the rules that hold at each moment, also while turns run and wait. */
    public Map<String, String> findingsAtThisMoment() {
        return broken(rulesAtAnyMoment);
    }

    /** The same findings about the rows of one person, for a database that other tests use too. */
    public static Map<String, String> findingsAbout(Person person) {
        return Postgres.withRowsOf(person, database -> new Auditor(database).findings());
    }

    Set<String> rulesOfEachMoment() {
        return rulesAtAnyMoment.keySet();
    }

    private Map<String, String> broken(Map<String, String> rules) {
        Map<String, String> findings = new LinkedHashMap<>();
        rules.forEach((rule, query) -> {
            var broken = database.texts("select * from (" + query + ") as broken limit 5");
            if (!broken.isEmpty()) {
                findings.put(rule, broken.toString());
            }
        });
        return findings;
    }
}
