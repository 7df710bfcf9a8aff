package dev.parley.quota;

import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import dev.parley.quota.ReconciliationJob.Amounts;
import dev.parley.quota.ReconciliationJob.Difference;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The SQL of the reconciliation. Each call is one short transaction. */
@ApplicationScoped
class ReconciliationRepository {

    private static final UUID AFTER_LAST_USER = new UUID(-1, -1);
    private static final int MAX_CHARGES = 50_000;

    private final QuotaRepository quotas;
    private final EntityManager database;
    private final Clock clock;

    ReconciliationRepository(QuotaRepository quotas, EntityManager database, Clock clock) {
        this.quotas = quotas;
        this.database = database;
        this.clock = clock;
    }

    /**
     * Compares the counters of the next users with the ledger, both read in one statement.
     *
     * @param maxCounters limits the duration of each statement
     */
    @Transactional
    Batch compare(UUID after, int maxCounters) {
        UUID lastByCounters = findLastUser("quotas", after, AFTER_LAST_USER, maxCounters);
        UUID lastByCharges = findLastUser("charges", after, lastByCounters, MAX_CHARGES);
        UUID last = findLastUser("token_charges", after, lastByCharges, MAX_CHARGES);
        return new Batch(
                countCounters(after, last),
                findMismatches(after, last),
                last,
                last.equals(AFTER_LAST_USER));
    }

    /** The user of the row number {@code rows}; {@code last} if there are fewer rows. */
    private UUID findLastUser(String table, UUID after, UUID last, int rows) {
        return JdbcStatement.of(
                        database,
                        "select user_id from %s where user_id > ? and user_id <= ? and month >= ? order by user_id offset ? limit 1"
                                .formatted(table))
                .value(after)
                .value(last)
                .value(firstMonth())
                .value(rows - 1)
                .query(row -> row.getObject(1, UUID.class))
                .stream()
                .findFirst()
                .orElse(last);
    }

    private int countCounters(UUID after, UUID last) {
        return (int)
                quotas.count(
                        "key.userId > ?1 and key.userId <= ?2 and key.month >= ?3",
                        after,
                        last,
                        firstMonth());
    }

    private List<Mismatch> findMismatches(UUID after, UUID last) {
        return JdbcStatement.of(
                        database,
                        """
                        with counted as (
                            select user_id, month, used, tokens, cost from quotas
                            where user_id > ? and user_id <= ? and month >= ?),
                        written as (
                            select user_id, month, sum(queries) as used from charges
                            where user_id > ? and user_id <= ? and month >= ? group by user_id, month),
                        spent as (
                            select user_id, month, sum(input_tokens + output_tokens) as tokens, sum(cost) as cost
                            from token_charges
                            where user_id > ? and user_id <= ? and month >= ? group by user_id, month)
                        select user_id, month
                        from counted full join written using (user_id, month) full join spent using (user_id, month)
                        where (coalesce(counted.used, 0), coalesce(counted.tokens, 0), coalesce(counted.cost, 0))
                            <> (coalesce(written.used, 0), coalesce(spent.tokens, 0), coalesce(spent.cost, 0))
                        order by user_id, month
                        """)
                .value(after)
                .value(last)
                .value(firstMonth())
                .value(after)
                .value(last)
                .value(firstMonth())
                .value(after)
                .value(last)
                .value(firstMonth())
                .query(row ->
                        new Mismatch(
                                new UserId(row.getObject(1, UUID.class)),
                                row.getObject(2, LocalDate.class)));
    }

    /**
     * Compares again under the lock of the counter, so that no charge runs at the same time.
     *
     * @return the difference, or empty if counter and ledger agree
     */
    @Transactional
    Optional<Difference> correct(Mismatch mismatch, boolean repair) {
        Quota.Key key = new Quota.Key(mismatch.user().value(), mismatch.month());
        if (repair) {
            // A missing counter cannot be locked; a concurrent charge waits for the new row
            quotas.createIfMissing(key);
        }
        Optional<Quota> locked = quotas.findByIdOptional(key, LockModeType.PESSIMISTIC_WRITE);
        Amounts counted =
                locked.map(quota -> new Amounts(quota.used, quota.tokens, quota.cost))
                        .orElse(Amounts.NONE);
        Amounts written = written(mismatch);
        if (counted.equals(written)) {
            return Optional.empty();
        }
        if (repair) {
            Quota quota = locked.orElseThrow();
            quota.used = written.queries();
            quota.tokens = written.tokens();
            quota.cost = written.cost();
        }
        return Optional.of(
                new Difference(
                        mismatch.user(), new Month(mismatch.month()), counted, written, repair));
    }

    private Amounts written(Mismatch mismatch) {
        return JdbcStatement.of(
                        database,
                        """
                        select (select coalesce(sum(queries), 0) from charges where user_id = ? and month = ?),
                            coalesce(sum(input_tokens + output_tokens), 0)::bigint, coalesce(sum(cost), 0)::bigint
                        from token_charges where user_id = ? and month = ?
                        """)
                .value(mismatch.user().value())
                .value(mismatch.month())
                .value(mismatch.user().value())
                .value(mismatch.month())
                .query(row -> new Amounts(row.getInt(1), row.getLong(2), row.getLong(3)))
                .getFirst();
    }

    private LocalDate firstMonth() {
        return Month.current(clock).before(1).firstDay();
    }

    /** A counter that differed from the ledger when it was read without a lock. */
    record Mismatch(UserId user, LocalDate month) {}

    /**
     * The result for a range of users.
     *
     * @param compared number of counters
     * @param last the last user of the range
     * @param isLast whether no users follow
     */
    record Batch(int compared, List<Mismatch> mismatches, UUID last, boolean isLast) {}
}
