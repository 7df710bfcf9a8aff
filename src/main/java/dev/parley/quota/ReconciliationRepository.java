package dev.parley.quota;

import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
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

/** The statements of a reconciliation, each call one short transaction. */
@ApplicationScoped
class ReconciliationRepository {

    private static final UUID BEHIND_ALL = new UUID(-1, -1);
    private static final int BATCH_SIZE = 50_000;

    private final QuotaRepository quotas;
    private final EntityManager database;
    private final Clock clock;

    ReconciliationRepository(QuotaRepository quotas, EntityManager database, Clock clock) {
        this.quotas = quotas;
        this.database = database;
        this.clock = clock;
    }

    /**
     * Compares the counters of the next users with the ledger, as of one moment.
     *
     * @param most counters, so that no statement takes long
     */
    @Transactional
    Batch compare(UUID after, int most) {
        UUID byCounters = next("quotas", after, BEHIND_ALL, most);
        UUID last = next("charges", after, byCounters, BATCH_SIZE);
        return new Batch(
                counters(after, last), suspects(after, last), last, last.equals(BEHIND_ALL));
    }

    /** The user at whom so many rows end; the last one where there are fewer. */
    private UUID next(String table, UUID after, UUID last, int rows) {
        return JdbcStatement.of(
                        database,
                        "select user_id from %s where user_id > ? and user_id <= ? and month >= ? order by user_id offset ? limit 1"
                                .formatted(table))
                .value(after)
                .value(last)
                .value(since())
                .value(rows - 1)
                .query(row -> row.getObject(1, UUID.class))
                .stream()
                .findFirst()
                .orElse(last);
    }

    private int counters(UUID after, UUID last) {
        return (int)
                quotas.count(
                        "key.userId > ?1 and key.userId <= ?2 and key.month >= ?3",
                        after,
                        last,
                        since());
    }

    private List<Mismatch> suspects(UUID after, UUID last) {
        return JdbcStatement.of(
                        database,
                        """
                        with counted as (
                            select user_id, month, used from quotas
                            where user_id > ? and user_id <= ? and month >= ?),
                        written as (
                            select user_id, month, count(*) as used from charges
                            where user_id > ? and user_id <= ? and month >= ? group by user_id, month)
                        select user_id, month from counted full join written using (user_id, month)
                        where coalesce(counted.used, 0) <> coalesce(written.used, 0)
                        order by user_id, month
                        """)
                .value(after)
                .value(last)
                .value(since())
                .value(after)
                .value(last)
                .value(since())
                .query(row ->
                        new Mismatch(
                                new UserId(row.getObject(1, UUID.class)),
                                row.getObject(2, LocalDate.class)));
    }

    /**
     * Looks again while the counter is held, so that nobody is being charged meanwhile.
     *
     * @return the difference, where there is one
     */
    @Transactional
    Optional<Difference> correct(Mismatch suspect, boolean repairs) {
        Quota.Key key = new Quota.Key(suspect.user().value(), suspect.month());
        if (repairs) {
            // Something to hold, also where the counter is lost: a charge waits behind it
            quotas.makeSure(key);
        }
        Optional<Quota> held = quotas.findByIdOptional(key, LockModeType.PESSIMISTIC_WRITE);
        int counted = held.map(quota -> quota.used).orElse(0);
        int written = written(suspect);
        if (counted == written) {
            return Optional.empty();
        }
        if (repairs) {
            held.orElseThrow().used = written;
        }
        return Optional.of(
                new Difference(
                        suspect.user(), new Month(suspect.month()), counted, written, repairs));
    }

    private int written(Mismatch suspect) {
        return JdbcStatement.of(
                        database, "select count(*) from charges where user_id = ? and month = ?")
                .value(suspect.user().value())
                .value(suspect.month())
                .query(row -> row.getInt(1))
                .getFirst();
    }

    private LocalDate since() {
        return Month.current(clock).before(1).firstDay();
    }

    /** A counter that differed when it was compared. */
    record Mismatch(UserId user, LocalDate month) {}

    /**
     * Users who were compared.
     *
     * @param last the last of them
     */
    record Batch(int compared, List<Mismatch> suspects, UUID last, boolean isLast) {}
}
