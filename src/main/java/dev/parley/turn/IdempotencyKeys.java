package dev.parley.turn;

import dev.parley.background.Deadline;
import dev.parley.background.Job;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The keys of requests that began a turn; forgets them after a while. */
@ApplicationScoped
class IdempotencyKeys implements Job {

    private static final int A_BATCH = 1_000;

    private final EntityManager database;
    private final TurnConfig config;
    private final Clock clock;
    private final Forgetting forgetting;

    IdempotencyKeys(EntityManager database, TurnConfig config, Clock clock, Forgetting forgetting) {
        this.database = database;
        this.config = config;
        this.clock = clock;
        this.forgetting = forgetting;
    }

    /**
     * Takes a key for a turn. Where another transaction is about to take the same one, waits to see
     * whether it does.
     *
     * @throws AskedBefore where the same request began another turn
     * @throws KeyReused where another request did
     */
    @Transactional(TxType.MANDATORY)
    void take(UserId user, IdempotencyKey key, TurnId turn, Instant now) {
        int taken =
                database.createNativeQuery(
                                """
                                insert into idempotency_keys (user_id, key, request_hash, turn_id, created_at)
                                values (:user, :key, :hash, :turn, :now)
                                on conflict (user_id, key) do nothing
                                """)
                        .setParameter("user", user.value())
                        .setParameter("key", key.key())
                        .setParameter("hash", key.hash().bytes())
                        .setParameter("turn", turn.value())
                        .setParameter("now", now)
                        .executeUpdate();
        if (taken == 0) {
            refuse(user, key);
        }
    }

    private void refuse(UserId user, IdempotencyKey key) {
        List<?> rows =
                database.createNativeQuery(
                                """
                                select turn_id, request_hash from idempotency_keys
                                where user_id = :user and key = :key
                                """,
                                Object[].class)
                        .setParameter("user", user.value())
                        .setParameter("key", key.key())
                        .getResultList();
        if (rows.isEmpty()) {
            throw new IllegalStateException("The key was forgotten at this very moment");
        }
        Object[] before = (Object[]) rows.getFirst();
        if (!key.hash().isOf((byte[]) before[1])) {
            throw new KeyReused();
        }
        throw new AskedBefore(new TurnId((UUID) before[0]));
    }

    @Override
    public String name() {
        return "forget-idempotency-keys";
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(1);
    }

    @Override
    public Duration limit() {
        return Duration.ofSeconds(20);
    }

    @Override
    public void run(Deadline deadline) {
        Instant oldest = clock.instant().minus(config.keepIdempotencyKeys());
        int forgotten = A_BATCH;
        while (forgotten == A_BATCH && !deadline.hasPassed()) {
            forgotten = forgetting.some(oldest, A_BATCH);
        }
    }

    /** One batch is one transaction; what another replica is forgetting is passed over. */
    @ApplicationScoped
    static class Forgetting {

        private final EntityManager database;

        Forgetting(EntityManager database) {
            this.database = database;
        }

        @Transactional
        int some(Instant oldest, int most) {
            return database.createNativeQuery(
                            """
                            delete from idempotency_keys where (user_id, key) in
                                (select user_id, key from idempotency_keys where created_at < :oldest
                                    order by created_at limit :most for update skip locked)
                            """)
                    .setParameter("oldest", oldest)
                    .setParameter("most", most)
                    .executeUpdate();
        }
    }
}
