package dev.parley.turn.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.tool.Round;
import dev.parley.agent.tool.StepLog;
import dev.parley.agent.tool.ToolRefused;
import dev.parley.agent.tool.Toolbox.ToolResult;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.value.StorableText;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.store.ExchangeJournal.NumberedRound;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The exchanges of all turns: the rounds of their agents, the tool steps, and what was used. */
@ApplicationScoped
public class ExchangeRepository implements StepLog {

    private static final ScopedValue<ToolStep> CURRENT_STEP = ScopedValue.newInstance();

    /**
     * The share lock on the turn's row prevents another runner from taking the turn over before
     * this transaction commits.
     */
    private static final String INSERT =
            """
            with running as (
                select id, attempt, conversation_id, agent_type from turns where id = ? and runner_id = ? and attempt = ? and status = 'running' for share),
            rounds as (
                insert into turn_rounds (turn_id, path, number, message, created_at)
                select running.id, ?, input.number, input.message, ?
                from running, unnest(?, ?) as input (number, message)
                on conflict do nothing),
            steps as (
                insert into turn_steps (turn_id, attempt, number, path, tool, arguments, outcome, ok, created_at)
                select running.id, running.attempt, input.number, input.path, input.tool, input.arguments, input.outcome, input.ok, ?
                from running, unnest(?, ?, ?, ?, ?, ?) as input (number, path, tool, arguments, outcome, ok)
                on conflict do nothing),
            usage as (
                insert into turn_usage as used (turn_id, path, agent_type, model, input_tokens, cached_tokens, output_tokens, is_estimated)
                select running.id, input.path, input.agent_type, input.model, input.input_tokens, input.cached_tokens, input.output_tokens, input.is_estimated
                from running, unnest(?, ?, ?, ?, ?, ?, ?) as input (path, agent_type, model, input_tokens, cached_tokens, output_tokens, is_estimated)
                on conflict (turn_id, path, model) do update set input_tokens = greatest(used.input_tokens, excluded.input_tokens),
                    cached_tokens = greatest(used.cached_tokens, excluded.cached_tokens),
                    output_tokens = greatest(used.output_tokens, excluded.output_tokens), is_estimated = excluded.is_estimated)
            select count(*), coalesce(bool_or(exists (select from turns behind
                where behind.conversation_id = running.conversation_id and behind.status = 'queued' and behind.steers
                    and behind.agent_type = running.agent_type)), false)
            from running
            """;

    private final EntityManager database;
    private final ApprovalRepository approvals;
    private final SteeringStore steering;
    private final UsageRepository usageOfTurns;
    private final ObjectMapper json;
    private final TurnConfig config;
    private final Clock clock;

    ExchangeRepository(
            EntityManager database,
            ApprovalRepository approvals,
            SteeringStore steering,
            UsageRepository usageOfTurns,
            ObjectMapper json,
            TurnConfig config,
            Clock clock) {
        this.database = database;
        this.approvals = approvals;
        this.steering = steering;
        this.usageOfTurns = usageOfTurns;
        this.json = json;
        this.config = config;
        this.clock = clock;
    }

    /** Runs a tool's work, so that {@link #record} records its outcome for this step. */
    public static <T> T runAs(ToolStep step, Supplier<T> work) {
        return ScopedValue.where(CURRENT_STEP, step).call(work::get);
    }

    @Override
    @Transactional(TxType.MANDATORY)
    public void record(JsonNode outcome) {
        if (CURRENT_STEP.isBound()) {
            requireReadable(CURRENT_STEP.get(), outcome);
            insert(CURRENT_STEP.get(), new ToolResult(true, outcome));
            CURRENT_STEP.get().markRecorded();
        }
    }

    /**
     * Records a step whose tool did not record it, because the tool changes nothing in the
     * database.
     */
    @Transactional
    public void recordAfterwards(ToolStep step, ToolResult result) {
        requireReadable(step, result.content());
        insert(step, result);
    }

    /**
     * Stores the rounds and results of a journal that wait for a step, before the round starts
     * other agents, whose steps are stored apart.
     */
    @Transactional
    public void storePending(ExchangeJournal journal) {
        if (!insert(journal, journal.pendingSteps())) {
            throw new FencedOut(journal.token().turn());
        }
    }

    /** Inserts a step, and the rounds and results of its journal that wait for it. */
    private void insert(ToolStep step, ToolResult result) {
        List<ToolStep.WithResult> steps = new ArrayList<>(step.journal().pendingSteps());
        steps.add(new ToolStep.WithResult(step, result));
        if (!insert(step.journal(), steps)) {
            throw new FencedOut(step.fence().turn());
        }
    }

    /** Returns false if the turn does not run here any more. */
    private boolean insert(ExchangeJournal journal, List<ToolStep.WithResult> steps) {
        journal.markRounds();
        FencingToken fence = journal.token();
        List<UsageLine> usage = journal.usage(steps);
        return JdbcStatement.of(database, INSERT)
                        .value(fence.turn().value())
                        .value(fence.runner().value())
                        .value(fence.attempt())
                        .value(journal.path())
                        .value(clock.instant())
                        .ints(journal.pendingRounds(), NumberedRound::number)
                        .texts(journal.pendingRounds(), numbered -> encode(numbered.round()))
                        .value(clock.instant())
                        .ints(steps, pending -> pending.step().number())
                        .texts(steps, pending -> pending.step().path())
                        .texts(steps, pending -> StorableText.storable(pending.step().tool()))
                        .texts(steps, pending -> toJson(pending.step().arguments()))
                        .texts(steps, pending -> toJson(pending.result().content()))
                        .booleans(steps, pending -> pending.result().ok())
                        .texts(usage, UsageLine::path)
                        .texts(usage, line -> line.agent().value())
                        .texts(usage, UsageLine::model)
                        .longs(usage, line -> line.usage().inputTokens())
                        .longs(usage, line -> line.usage().cachedTokens())
                        .longs(usage, line -> line.usage().outputTokens())
                        .booleans(usage, line -> line.usage().isEstimated())
                        .query(row -> {
                            if (row.getBoolean(2)) {
                                journal.markSteering();
                            }
                            return row.getInt(1);
                        })
                        .getFirst()
                == 1;
    }

    /**
     * Stores the rounds and results that wait for a step, of all agents of a turn.
     *
     * @return false if the turn does not run here any more
     */
    @Transactional(TxType.MANDATORY)
    boolean storePending(TurnExchange exchange) {
        exchange.markRounds();
        boolean isRunning = true;
        for (ExchangeJournal journal : exchange.journals()) {
            if (journal.hasPending()) {
                isRunning = insert(journal, journal.pendingSteps());
            }
        }
        return isRunning;
    }

    /** What is stored of a turn's exchange. */
    @Transactional
    public Exchange of(TurnId turn) {
        Map<String, List<Round>> rounds = new HashMap<>();
        Map<String, ToolResult> results = new HashMap<>();
        addStepsWithoutRounds(turn, rounds, results);
        JdbcStatement.of(
                        database,
                        "select path, message from turn_rounds where turn_id = ? order by path,"
                                + " number")
                .value(turn.value())
                .query(row ->
                        rounds.computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                                .add(decode(read(row.getString(2)))));
        JdbcStatement.of(
                        database,
                        "select path, ok, outcome from turn_steps where turn_id = ? and path is not"
                                + " null")
                .value(turn.value())
                .query(row ->
                        results.put(
                                row.getString(1),
                                new ToolResult(row.getBoolean(2), read(row.getString(3)))));
        return new Exchange(
                rounds,
                results,
                approvals.of(turn).stream()
                        .collect(
                                Collectors.toMap(
                                        approval -> approval.request().step(),
                                        approval -> approval)),
                steering.joined(turn),
                usageOfTurns.of(turn),
                Optional.empty());
    }

    /**
     * Adds the steps that an older version of Parley has stored: each as a round of its own, before
     * the rounds of this version.
     */
    private void addStepsWithoutRounds(
            TurnId turn, Map<String, List<Round>> rounds, Map<String, ToolResult> results) {
        List<Round> steps = new ArrayList<>();
        JdbcStatement.of(
                        database,
                        """
                        select tool, arguments, outcome from turn_steps
                        where turn_id = ? and path is null order by attempt, number
                        """)
                .value(turn.value())
                .query(row -> {
                    String path = Integer.toString(steps.size() + 1);
                    results.put(path, new ToolResult(true, read(row.getString(3))));
                    return steps.add(
                            new Round(
                                    "",
                                    List.of(
                                            new Round.Call(
                                                    "recorded_" + path,
                                                    row.getString(1),
                                                    read(row.getString(2))))));
                });
        if (!steps.isEmpty()) {
            rounds.put(TurnExchange.ROOT, steps);
        }
    }

    /**
     * The outcome of a step; empty if the step's transaction was not committed. A transaction that
     * has not ended locks the turn's row, so this method waits for it.
     */
    @Transactional
    public Optional<JsonNode> outcome(ToolStep step) {
        database.createNativeQuery(
                        "select id from turns where id = :turn for no key update", UUID.class)
                .setParameter("turn", step.fence().turn().value())
                .getResultList();
        List<?> outcomes =
                database.createNativeQuery(
                                """
                                select outcome from turn_steps
                                where turn_id = :turn and number = :number and attempt = :attempt
                                """,
                                String.class)
                        .setParameter("turn", step.fence().turn().value())
                        .setParameter("number", step.number())
                        .setParameter("attempt", step.fence().attempt())
                        .getResultList();
        return outcomes.stream().map(outcome -> read((String) outcome)).findFirst();
    }

    /**
     * Deletes the rounds of turns that end in this transaction, unless they are to be kept, and
     * what the turns have used, which is charged.
     */
    public void deleteEnded(Collection<TurnId> turns) {
        if (turns.isEmpty()) {
            return;
        }
        List<TurnId> ended = List.copyOf(turns);
        JdbcStatement.of(
                        database,
                        """
                        with usage as (delete from turn_usage where turn_id = any(?))
                        delete from turn_rounds where turn_id = any(?)
                        """)
                .uuids(ended, TurnId::value)
                .uuids(config.keepExchange() ? List.<TurnId>of() : ended, TurnId::value)
                .execute();
    }

    /**
     * Refuses a result that could not be read when the turn goes on, or would end the turn as too
     * long. The tool's transaction is rolled back.
     */
    private void requireReadable(ToolStep step, JsonNode result) {
        if (!isReadable(result)) {
            throw new ToolRefused("The tool's result is not JSON, or is nested too deeply.");
        }
        if (result.toString().length() > step.journal().maxLength()) {
            throw new ToolRefused(
                    "The tool's result is longer than %d characters; ask for less."
                            .formatted(step.journal().maxLength()));
        }
    }

    private boolean isReadable(JsonNode result) {
        try {
            return !json.readTree(result.toString()).isMissingNode();
        } catch (JsonProcessingException | RuntimeException failure) {
            Log.debug("A tool's result cannot be read", failure);
            return false;
        }
    }

    private static String encode(Round round) {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("text", round.text());
        ArrayNode calls = message.putArray("calls");
        round.calls()
                .forEach(call ->
                        calls.addObject()
                                .put("id", call.id())
                                .put("tool", call.tool())
                                .set("arguments", call.arguments()));
        return toJson(message);
    }

    private static Round decode(JsonNode message) {
        List<Round.Call> calls = new ArrayList<>();
        for (JsonNode call : message.path("calls")) {
            calls.add(
                    new Round.Call(
                            call.path("id").asText(),
                            call.path("tool").asText(),
                            call.path("arguments")));
        }
        return new Round(message.path("text").asText(), calls);
    }

    private static String toJson(JsonNode tree) {
        return StorableText.storable(tree.toString());
    }

    private JsonNode read(String written) {
        try {
            return json.readTree(written);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("A recorded step is not JSON", failure);
        }
    }

    /**
     * Another runner has taken the turn over, or the turn has ended: the tool's transaction is
     * rolled back.
     */
    public static final class FencedOut extends RuntimeException {

        FencedOut(TurnId turn) {
            super("Turn " + turn + " no longer runs in this process", null, false, false);
        }
    }
}
