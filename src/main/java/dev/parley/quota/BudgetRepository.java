package dev.parley.quota;

import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.database.sql.LockWait;
import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The counters, the ledger and the reservations of tokens and cost. */
@ApplicationScoped
class BudgetRepository {

    private static final String LOCK =
            """
            with wanted as (select distinct user_id, ?::date as month from unnest(?) as input (user_id)),
            created as (
                insert into quotas (user_id, month, used) select user_id, month, 0 from wanted order by user_id
                on conflict do nothing returning user_id),
            locked as (
                select user_id from wanted join quotas using (user_id, month)
                order by user_id for no key update of quotas %s)
            select user_id from created union all select user_id from locked
            """;

    private static final String CHARGE =
            """
            with lines as (
                insert into token_charges (user_id, month, turn_id, path, agent_type, model,
                    input_tokens, cached_tokens, output_tokens, cost, is_estimated, charged_at)
                select user_id, month::date, turn_id, path, agent_type, model,
                    input_tokens, cached_tokens, output_tokens, cost, is_estimated, ?
                from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as input (user_id, month, turn_id, path, agent_type, model,
                    input_tokens, cached_tokens, output_tokens, cost, is_estimated)
                on conflict do nothing
                returning user_id, month, input_tokens + output_tokens as tokens, cost),
            total as (
                select user_id, month, sum(tokens)::bigint as tokens, sum(cost)::bigint as cost from lines
                group by user_id, month),
            counted as (
                insert into quotas as quota (user_id, month, used, tokens, cost)
                select user_id, month, 0, tokens, cost from total order by user_id, month
                on conflict (user_id, month) do update
                    set tokens = quota.tokens + excluded.tokens, cost = quota.cost + excluded.cost
                returning user_id, month, tokens, cost)
            select user_id, month, counted.tokens - total.tokens, counted.cost - total.cost, counted.tokens, counted.cost
            from counted join total using (user_id, month)
            """;

    private static final String BY_MODEL =
            """
            select agent_type, model, sum(input_tokens)::bigint, sum(cached_tokens)::bigint, sum(output_tokens)::bigint,
                sum(cost)::bigint, bool_or(is_estimated)
            from token_charges where month = ? %s group by agent_type, model order by agent_type, model limit ?
            """;

    private final EntityManager database;

    BudgetRepository(EntityManager database) {
        this.database = database;
    }

    /**
     * Locks the counters of users, and creates missing ones. A statement after this one reads all
     * that is reserved.
     *
     * @return the users whose counters are locked by this transaction
     */
    Set<UserId> lock(Collection<UserId> users, Month month, LockWait lockWait) {
        String lock =
                switch (lockWait) {
                    case WAIT -> LOCK.formatted("");
                    case SKIP_LOCKED -> LOCK.formatted("skip locked");
                };
        return new HashSet<>(
                JdbcStatement.of(database, lock)
                        .value(month.firstDay())
                        .uuids(List.copyOf(users), UserId::value)
                        .query(row -> new UserId(row.getObject(1, UUID.class))));
    }

    /**
     * What users have used in a month, and what their turns have reserved. The caller has locked
     * the counters.
     *
     * @param except a turn whose reservation does not count; null for none
     */
    Map<UserId, Spending> committed(Collection<UserId> users, Month month, @Nullable UUID except) {
        Map<UserId, Spending> committed = new HashMap<>();
        JdbcStatement.of(
                        database,
                        """
                        select user_id, tokens + reserved_tokens, cost + reserved_cost from quotas, lateral (
                            select coalesce(sum(tokens), 0)::bigint as reserved_tokens, coalesce(sum(cost), 0)::bigint as reserved_cost
                            from reservations where reservations.user_id = quotas.user_id and turn_id is distinct from ?::uuid) as open
                        where user_id = any(?) and month = ?
                        """)
                .text(except == null ? null : except.toString())
                .uuids(List.copyOf(users), UserId::value)
                .value(month.firstDay())
                .query(row ->
                        committed.put(
                                new UserId(row.getObject(1, UUID.class)),
                                new Spending(row.getLong(2), row.getLong(3))));
        return committed;
    }

    /** What the user's turns that have not ended have reserved. */
    Spending reserved(UserId user) {
        return JdbcStatement.of(
                        database,
                        "select coalesce(sum(tokens), 0)::bigint, coalesce(sum(cost), 0)::bigint"
                                + " from reservations where user_id = ?")
                .value(user.value())
                .query(row -> new Spending(row.getLong(1), row.getLong(2)))
                .getFirst();
    }

    /** Stores the reservations of turns that this transaction opens. */
    void reserve(List<Reserved> reserved) {
        JdbcStatement.of(
                        database,
                        """
                        insert into reservations (turn_id, user_id, tokens, cost)
                        select turn_id, user_id, nullif(tokens, ?), nullif(cost, ?)
                        from unnest(?, ?, ?, ?) as input (turn_id, user_id, tokens, cost)
                        """)
                .value(Reservation.NO_LIMIT)
                .value(Reservation.NO_LIMIT)
                .uuids(reserved, Reserved::turn)
                .uuids(reserved, reservation -> reservation.user().value())
                .longs(reserved, reservation -> reservation.amount().tokens())
                .longs(reserved, reservation -> reservation.amount().cost())
                .execute();
    }

    /** Changes the reservation of a turn; does nothing if the turn has ended. */
    void change(UUID turn, Reservation reservation) {
        JdbcStatement.of(
                        database,
                        "update reservations set tokens = nullif(?, ?), cost = nullif(?, ?) where"
                                + " turn_id = ?")
                .value(reservation.tokens())
                .value(Reservation.NO_LIMIT)
                .value(reservation.cost())
                .value(Reservation.NO_LIMIT)
                .value(turn)
                .execute();
    }

    /** The reservation of a turn; empty if it has none. */
    Optional<Reservation> find(UUID turn) {
        return JdbcStatement.of(
                        database,
                        "select coalesce(tokens, ?), coalesce(cost, ?) from reservations where"
                                + " turn_id = ?")
                .value(Reservation.NO_LIMIT)
                .value(Reservation.NO_LIMIT)
                .value(turn)
                .query(row -> new Reservation(row.getLong(1), row.getLong(2)))
                .stream()
                .findFirst();
    }

    /** Deletes the reservations of turns that end in this transaction. */
    void release(List<UUID> turns) {
        JdbcStatement.of(database, "delete from reservations where turn_id = any(?)")
                .uuids(turns, turn -> turn)
                .execute();
    }

    /**
     * Writes tokens to the ledger, each once, and adds them to the counters.
     *
     * @return the counters that have changed
     */
    List<Counted> charge(List<TokenCharge> charges, Instant now) {
        return JdbcStatement.of(database, CHARGE)
                .value(now)
                .uuids(charges, charge -> charge.user().value())
                .texts(charges, charge -> Month.of(charge.openedAt()).firstDay().toString())
                .uuids(charges, TokenCharge::turnId)
                .texts(charges, TokenCharge::path)
                .texts(charges, TokenCharge::agentType)
                .texts(charges, TokenCharge::model)
                .longs(charges, TokenCharge::inputTokens)
                .longs(charges, TokenCharge::cachedTokens)
                .longs(charges, TokenCharge::outputTokens)
                .longs(charges, TokenCharge::cost)
                .booleans(charges, TokenCharge::isEstimated)
                .query(row ->
                        new Counted(
                                new UserId(row.getObject(1, UUID.class)),
                                new Month(row.getObject(2, LocalDate.class)),
                                new Spending(row.getLong(3), row.getLong(4)),
                                new Spending(row.getLong(5), row.getLong(6))));
    }

    /**
     * What users have used in a month, by agent and model.
     *
     * @param user empty for all users
     */
    List<ModelUsage> byModel(Month month, Optional<UserId> user, int max) {
        String text =
                user.isPresent() ? BY_MODEL.formatted("and user_id = ?") : BY_MODEL.formatted("");
        JdbcStatement statement = JdbcStatement.of(database, text).value(month.firstDay());
        user.ifPresent(one -> statement.value(one.value()));
        return statement.value(max).query(BudgetRepository::modelUsage);
    }

    private static ModelUsage modelUsage(ResultSet row) throws SQLException {
        return new ModelUsage(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getBoolean(7));
    }

    /** A counter, before and after tokens were charged. */
    record Counted(UserId user, Month month, Spending before, Spending after) {}

    /** What a turn has reserved. */
    record Reserved(UUID turn, UserId user, Reservation amount) {}
}
