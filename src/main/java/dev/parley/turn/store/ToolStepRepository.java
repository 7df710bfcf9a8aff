package dev.parley.turn.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.agent.tool.StepLog;
import dev.parley.agent.tool.Toolbox;
import dev.parley.platform.value.StorableText;
import dev.parley.turn.TurnId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** The tool steps of all turns. */
@ApplicationScoped
public class ToolStepRepository implements StepLog {

    private static final ScopedValue<ToolStep> CURRENT_STEP = ScopedValue.newInstance();

    private final EntityManager database;
    private final ObjectMapper json;
    private final Clock clock;

    ToolStepRepository(EntityManager database, ObjectMapper json, Clock clock) {
        this.database = database;
        this.json = json;
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
            insert(CURRENT_STEP.get(), outcome);
            CURRENT_STEP.get().markRecorded();
        }
    }

    /**
     * Records a step whose tool did not record it, because the tool changes nothing in the
     * database.
     */
    @Transactional
    public void recordAfterwards(ToolStep step, JsonNode outcome) {
        insert(step, outcome);
    }

    /**
     * The share lock on the turn's row prevents another runner from taking the turn over before
     * this transaction commits.
     */
    private void insert(ToolStep step, JsonNode outcome) {
        int written =
                database.createNativeQuery(
                                """
                                insert into turn_steps (turn_id, number, attempt, tool, arguments, outcome, created_at)
                                select id, :number, attempt, :tool, :arguments, :outcome, :now from turns
                                where id = :turn and runner_id = :runner and attempt = :attempt and status = 'running'
                                for share
                                """)
                        .setParameter("number", step.number())
                        .setParameter("tool", StorableText.storable(step.tool()))
                        .setParameter("arguments", toJson(step.arguments()))
                        .setParameter("outcome", toJson(outcome))
                        .setParameter("now", clock.instant())
                        .setParameter("turn", step.fence().turn().value())
                        .setParameter("runner", step.fence().runner().value())
                        .setParameter("attempt", step.fence().attempt())
                        .executeUpdate();
        if (written == 0) {
            throw new FencedOut(step.fence().turn());
        }
    }

    /** A turn's tool steps so far, in order. */
    @Transactional
    public List<Toolbox.ToolCall> of(TurnId turn) {
        List<?> rows =
                database.createNativeQuery(
                                """
                                select tool, arguments, outcome from turn_steps
                                where turn_id = :turn order by attempt, number
                                """,
                                Object[].class)
                        .setParameter("turn", turn.value())
                        .getResultList();
        return rows.stream()
                .map(Object[].class::cast)
                .map(row ->
                        new Toolbox.ToolCall(
                                (String) row[0], read((String) row[1]), read((String) row[2])))
                .toList();
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
