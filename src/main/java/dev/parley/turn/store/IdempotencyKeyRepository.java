package dev.parley.turn.store;

import dev.parley.platform.database.groupcommit.BatchOutcome;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.IdempotencyKey;
import dev.parley.turn.IdempotencyKeyReused;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.store.TurnStore.OpenResult;
import dev.parley.turn.store.TurnStore.Replayed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The keys of requests that began a turn; {@link IdempotencyKeyPurgeJob} removes old ones. */
@ApplicationScoped
class IdempotencyKeyRepository {

    private final EntityManager database;

    IdempotencyKeyRepository(EntityManager database) {
        this.database = database;
    }

    /**
     * Takes the keys of turns, of one user each, in one order for all who do so. Where another
     * transaction is about to take the same one, waits to see whether it does.
     *
     * @return of those whose key was taken before: the turn that the same request has opened, or
     *     {@link IdempotencyKeyReused} where it was another request
     */
    @Transactional(TxType.MANDATORY)
    Map<TurnId, BatchOutcome<OpenResult>> reserve(List<TurnRequest> turnRequests, Instant now) {
        if (turnRequests.isEmpty()) {
            return Map.of();
        }
        Set<TurnId> taken =
                Set.copyOf(
                        JdbcStatement.of(
                                        database,
                                        """
                                        insert into idempotency_keys (user_id, key, request_hash, turn_id, created_at)
                                        select user_id, key, request_hash, turn_id, ?
                                        from unnest(?, ?, ?, ?) as those (user_id, key, request_hash, turn_id)
                                        order by user_id, key
                                        on conflict (user_id, key) do nothing returning turn_id
                                        """)
                                .value(now)
                                .uuids(turnRequests, turn -> turn.user().value())
                                .texts(turnRequests, turn -> keyOf(turn).key())
                                .bytes(turnRequests, turn -> keyOf(turn).hash().bytes())
                                .uuids(turnRequests, turn -> turn.id().value())
                                .query(row -> new TurnId(row.getObject(1, UUID.class))));
        List<TurnRequest> repeated =
                turnRequests.stream().filter(turn -> !taken.contains(turn.id())).toList();
        return repeated.isEmpty() ? Map.of() : before(repeated);
    }

    /** Gives back keys that this transaction has taken. */
    @Transactional(TxType.MANDATORY)
    void release(List<TurnId> refused) {
        JdbcStatement.of(database, "delete from idempotency_keys where turn_id = any(?)")
                .uuids(refused, TurnId::value)
                .execute();
    }

    private Map<TurnId, BatchOutcome<OpenResult>> before(List<TurnRequest> turnRequests) {
        Map<UserId, Before> before = new HashMap<>();
        JdbcStatement.of(
                        database,
                        """
                        select user_id, turn_id, request_hash
                        from unnest(?, ?) as those (user_id, key) join idempotency_keys using (user_id, key)
                        """)
                .uuids(turnRequests, turn -> turn.user().value())
                .texts(turnRequests, turn -> keyOf(turn).key())
                .query(row ->
                        before.put(
                                new UserId(row.getObject(1, UUID.class)),
                                new Before(
                                        new TurnId(row.getObject(2, UUID.class)),
                                        new IdempotencyKey.Hash(row.getBytes(3)))));
        return turnRequests.stream()
                .collect(
                        Collectors.toMap(
                                TurnRequest::id,
                                turn ->
                                        Optional.ofNullable(before.get(turn.user()))
                                                .orElseThrow(() ->
                                                        new IllegalStateException(
                                                                "The key was forgotten at this very"
                                                                        + " moment"))
                                                .outcome(keyOf(turn))));
    }

    private static IdempotencyKey keyOf(TurnRequest turn) {
        return turn.key().orElseThrow();
    }

    /** The request that took a key before. */
    private record Before(TurnId turn, IdempotencyKey.Hash hash) {

        BatchOutcome<OpenResult> outcome(IdempotencyKey key) {
            return key.hash().matches(hash)
                    ? new BatchOutcome.Completed<>(new Replayed(turn))
                    : new BatchOutcome.Rejected<>(new IdempotencyKeyReused());
        }
    }
}
