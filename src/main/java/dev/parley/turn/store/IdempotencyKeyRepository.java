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

/**
 * The idempotency keys of requests that opened a turn; {@link IdempotencyKeyPurgeJob} deletes old
 * keys.
 */
@ApplicationScoped
class IdempotencyKeyRepository {

    private final EntityManager database;

    IdempotencyKeyRepository(EntityManager database) {
        this.database = database;
    }

    /**
     * Inserts the keys of turns, each key of a user at most once, in one order for all
     * transactions. If another transaction is inserting the same key, waits until that transaction
     * ends.
     *
     * @return the outcomes of the turns whose key exists already: the turn that the same request
     *     opened, or {@link IdempotencyKeyReused} if the key belongs to another request
     */
    @Transactional(TxType.MANDATORY)
    Map<TurnId, BatchOutcome<OpenResult>> reserve(List<TurnRequest> turnRequests, Instant now) {
        if (turnRequests.isEmpty()) {
            return Map.of();
        }
        Set<TurnId> inserted =
                Set.copyOf(
                        JdbcStatement.of(
                                        database,
                                        """
                                        insert into idempotency_keys (user_id, key, request_hash, turn_id, created_at)
                                        select user_id, key, request_hash, turn_id, ?
                                        from unnest(?, ?, ?, ?) as input (user_id, key, request_hash, turn_id)
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
                turnRequests.stream().filter(turn -> !inserted.contains(turn.id())).toList();
        return repeated.isEmpty() ? Map.of() : findEarlier(repeated);
    }

    /** Deletes keys that this transaction has inserted. */
    @Transactional(TxType.MANDATORY)
    void release(List<TurnId> refused) {
        JdbcStatement.of(database, "delete from idempotency_keys where turn_id = any(?)")
                .uuids(refused, TurnId::value)
                .execute();
    }

    private Map<TurnId, BatchOutcome<OpenResult>> findEarlier(List<TurnRequest> turnRequests) {
        Map<KeyOfUser, EarlierRequest> earlierByKey = new HashMap<>();
        JdbcStatement.of(
                        database,
                        """
                        select user_id, key, turn_id, request_hash
                        from unnest(?, ?) as input (user_id, key) join idempotency_keys using (user_id, key)
                        """)
                .uuids(turnRequests, turn -> turn.user().value())
                .texts(turnRequests, turn -> keyOf(turn).key())
                .query(row ->
                        earlierByKey.put(
                                new KeyOfUser(
                                        new UserId(row.getObject(1, UUID.class)), row.getString(2)),
                                new EarlierRequest(
                                        new TurnId(row.getObject(3, UUID.class)),
                                        new IdempotencyKey.Hash(row.getBytes(4)))));
        return turnRequests.stream()
                .collect(
                        Collectors.toMap(
                                TurnRequest::id,
                                turn ->
                                        Optional.ofNullable(
                                                        earlierByKey.get(
                                                                new KeyOfUser(
                                                                        turn.user(),
                                                                        keyOf(turn).key())))
                                                .orElseThrow(() ->
                                                        new IllegalStateException(
                                                                "The idempotency key was purged"
                                                                        + " while it was read"))
                                                .outcome(keyOf(turn))));
    }

    private static IdempotencyKey keyOf(TurnRequest turn) {
        return turn.key().orElseThrow();
    }

    private record KeyOfUser(UserId user, String key) {}

    /** The earlier request with the same key. */
    private record EarlierRequest(TurnId turn, IdempotencyKey.Hash hash) {

        BatchOutcome<OpenResult> outcome(IdempotencyKey key) {
            return key.hash().matches(hash)
                    ? new BatchOutcome.Completed<>(new Replayed(turn))
                    : new BatchOutcome.Rejected<>(new IdempotencyKeyReused());
        }
    }
}
