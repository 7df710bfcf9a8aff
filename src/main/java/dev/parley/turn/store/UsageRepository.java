package dev.parley.turn.store;

import dev.parley.agent.AgentType;
import dev.parley.agent.ModelPrices;
import dev.parley.agent.Usage;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import dev.parley.quota.BudgetService;
import dev.parley.quota.TokenCharge;
import dev.parley.turn.TurnId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Charges what turns have used, when they end. */
@ApplicationScoped
public class UsageRepository {

    private final EntityManager database;
    private final BudgetService budgets;
    private final ModelPrices prices;

    UsageRepository(EntityManager database, BudgetService budgets, ModelPrices prices) {
        this.database = database;
        this.budgets = budgets;
        this.prices = prices;
    }

    /** What the turn's agents have used in attempts before a crash or a pause. */
    List<UsageLine> of(TurnId turn) {
        return JdbcStatement.of(
                        database,
                        """
                        select path, agent_type, model, input_tokens, cached_tokens, output_tokens, is_estimated
                        from turn_usage where turn_id = ?
                        """)
                .value(turn.value())
                .query(row -> line(row, 1));
    }

    /** Charges what turns have used that end in this transaction, as their runner knows it. */
    void settle(Collection<SettleCommand> ended) {
        budgets.settle(
                ended.stream()
                        .flatMap(command ->
                                command.exchange().usage().stream()
                                        .map(line -> toCharge(command.turn(), line)))
                        .toList(),
                ended.stream()
                        .filter(command -> command.turn().isLimited())
                        .map(command -> command.turn().id().value())
                        .toList());
    }

    /** Charges what work beside turns has used, once. */
    @Transactional
    public void charge(UserId user, UUID work, Instant begunAt, List<UsageLine> used) {
        budgets.settle(
                used.stream().map(line -> toCharge(user, work, begunAt, line)).toList(), List.of());
    }

    /**
     * Charges what turns have used that end in this transaction, as far as it is stored. A turn
     * that another one answers, or that has not begun, has used nothing.
     */
    @Transactional(TxType.MANDATORY)
    public void settleStored(Collection<TurnId> ended) {
        List<TurnId> turns = List.copyOf(ended);
        budgets.settle(
                JdbcStatement.of(
                                database,
                                """
                                select turns.id, user_id, started_at, path, used.agent_type, model,
                                    used.input_tokens, used.cached_tokens, used.output_tokens, used.is_estimated
                                from turn_usage used join turns on turns.id = turn_id where turn_id = any(?)
                                """)
                        .uuids(turns, TurnId::value)
                        .query(row ->
                                toCharge(
                                        new UserId(row.getObject(2, UUID.class)),
                                        row.getObject(1, UUID.class),
                                        row.getTimestamp(3).toInstant(),
                                        line(row, 4))),
                turns.stream().map(TurnId::value).toList());
    }

    private static UsageLine line(ResultSet row, int first) throws SQLException {
        return new UsageLine(
                row.getString(first),
                new AgentType(row.getString(first + 1)),
                row.getString(first + 2),
                new Usage(
                        row.getLong(first + 3),
                        row.getLong(first + 4),
                        row.getLong(first + 5),
                        row.getBoolean(first + 6)));
    }

    private TokenCharge toCharge(TurnStore.TurnContext turn, UsageLine line) {
        return toCharge(turn.user(), turn.id().value(), turn.startedAt(), line);
    }

    private TokenCharge toCharge(UserId user, UUID turn, Instant openedAt, UsageLine line) {
        Usage usage = line.usage();
        return new TokenCharge(
                user,
                turn,
                openedAt,
                line.path(),
                line.agent().value(),
                line.model(),
                usage.inputTokens(),
                usage.cachedTokens(),
                usage.outputTokens(),
                prices.cost(line.model(), usage),
                usage.isEstimated());
    }
}
