package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.cluster.RunnerRepository;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.FailureCode;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnOutcome;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All turns. */
@ApplicationScoped
public class TurnRepository implements PanacheRepositoryBase<Turn, UUID> {

    /** By their messages, which have an index of their conversation's places. */
    private static final String BEHIND_A_PLACE =
            """
            select turn_id, position from messages
            where conversation_id = ? and position > ? and role = 'user' order by position limit ?
            """;

    private static final String BEFORE_A_PLACE =
            """
            select turn_id, position from messages
            where conversation_id = ? and position < ? and role = 'user' order by position desc limit ?
            """;

    Optional<Turn> of(UserId user, TurnId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value()).firstResultOptional();
    }

    /**
     * Writes running turns, where no other runs, waits or stands in line in the conversation: the
     * partial unique index decides, and the conversations' rows are held.
     *
     * @return those that have claimed their conversation
     */
    Set<TurnId> insertRunning(List<PositionedTurn> positionedTurns, RunnerId runner, Instant now) {
        if (positionedTurns.isEmpty()) {
            return Set.of();
        }
        return Set.copyOf(
                written(
                                """
                                insert into turns (id, user_id, conversation_id, agent_type, status, started_at, runner_id, position)
                                select id, user_id, conversation_id, agent_type, 'running', ?, ?, position
                                from unnest(?, ?, ?, ?, ?) as those (id, user_id, conversation_id, agent_type, position)
                                where not exists (select from turns ahead
                                    where ahead.conversation_id = those.conversation_id and ahead.status = 'queued')
                                on conflict (conversation_id) where status in ('running', 'waiting') do nothing
                                returning id
                                """,
                                positionedTurns,
                                runner,
                                now)
                        .query(row -> new TurnId(row.getObject(1, UUID.class))));
    }

    /**
     * Writes a turn that stands in line.
     *
     * @return whether there was a place in line
     */
    boolean insertQueued(PositionedTurn turn, RunnerId runner, int longestLine, Instant now) {
        return written(
                                """
                                insert into turns (id, user_id, conversation_id, agent_type, status, started_at, runner_id, position)
                                select id, user_id, conversation_id, agent_type, 'queued', ?, ?, position
                                from unnest(?, ?, ?, ?, ?) as those (id, user_id, conversation_id, agent_type, position)
                                where ? > (select count(*) from turns ahead
                                    where ahead.conversation_id = those.conversation_id and ahead.status = 'queued')
                                """,
                                List.of(turn),
                                runner,
                                now)
                        .value(longestLine)
                        .execute()
                == 1;
    }

    private JdbcStatement written(
            String insert, List<PositionedTurn> positionedTurns, RunnerId runner, Instant now) {
        return JdbcStatement.of(getEntityManager(), insert)
                .value(now)
                .value(runner.value())
                .uuids(positionedTurns, placed -> placed.turn().id().value())
                .uuids(positionedTurns, placed -> placed.turn().user().value())
                .uuids(positionedTurns, placed -> placed.conversation().value())
                .texts(positionedTurns, placed -> placed.agentType().value())
                .ints(positionedTurns, PositionedTurn::position);
    }

    /** Takes back turns that this transaction has written. */
    void deleteAll(List<TurnId> written) {
        JdbcStatement.of(getEntityManager(), "delete from turns where id = any(?)")
                .uuids(written, TurnId::value)
                .execute();
    }

    /**
     * Ends turns that still run here; the fence lets only one ending of each through.
     *
     * @return of those that were ended, whether others stand in line behind them
     */
    Map<TurnId, Boolean> end(
            List<TurnSettler.LockedTurn> lockedTurns, RunnerId runner, Instant now) {
        if (lockedTurns.isEmpty()) {
            return Map.of();
        }
        Map<TurnId, Boolean> ended = new HashMap<>();
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        update turns set status = those.status, ended_at = ?, version = those.version,
                            reply_id = those.reply_id, trail = those.trail, partial = those.partial,
                            input_tokens = those.input_tokens, output_tokens = those.output_tokens,
                            error_code = those.error_code, error_detail = those.error_detail
                        from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as those (id, attempt, status, version, reply_id, trail,
                            partial, input_tokens, output_tokens, error_code, error_detail)
                        where turns.id = those.id and turns.runner_id = ? and turns.attempt = those.attempt
                            and turns.status = 'running'
                        returning turns.id, exists (select from turns behind
                            where behind.conversation_id = turns.conversation_id and behind.status = 'queued')
                        """)
                .value(now)
                .uuids(lockedTurns, lockedTurn -> lockedTurn.turn().value())
                .ints(lockedTurns, lockedTurn -> lockedTurn.settling().turn().fence().attempt())
                .texts(lockedTurns, lockedTurn -> lockedTurn.settling().outcome().status().text())
                .longs(lockedTurns, TurnSettler.LockedTurn::version)
                .uuids(lockedTurns, lockedTurn -> lockedTurn.settling().replyId())
                .texts(lockedTurns, lockedTurn -> lockedTurn.settling().telling().eventOffsets())
                .texts(lockedTurns, lockedTurn -> lockedTurn.settling().partial())
                .longs(
                        lockedTurns,
                        lockedTurn -> lockedTurn.settling().outcome().usage().inputTokens())
                .longs(
                        lockedTurns,
                        lockedTurn -> lockedTurn.settling().outcome().usage().outputTokens())
                .texts(lockedTurns, lockedTurn -> lockedTurn.settling().errorCode())
                .texts(lockedTurns, lockedTurn -> lockedTurn.settling().errorDetail())
                .value(runner.value())
                .query(row ->
                        ended.put(new TurnId(row.getObject(1, UUID.class)), row.getBoolean(2)));
        return ended;
    }

    /**
     * Lets the first in line run, where nobody runs in the conversation, of which the row is held.
     */
    boolean startQueued(TurnId id, RunnerId runner) {
        return getEntityManager()
                        .createNativeQuery(
                                """
                                update turns set status = 'running', runner_id = :runner
                                where id = :id and status = 'queued'
                                """)
                        .setParameter("id", id.value())
                        .setParameter("runner", runner.value())
                        .executeUpdate()
                == 1;
    }

    Optional<Turn> findFirstQueued(ConversationId conversation) {
        return find("conversationId = ?1 and status = QUEUED order by place", conversation.value())
                .firstResultOptional();
    }

    /** The turn that runs in the conversation. */
    Optional<Turn> findActive(ConversationId conversation) {
        return find("conversationId = ?1 and status = RUNNING", conversation.value())
                .firstResultOptional();
    }

    /** Ends a turn that still stands in line. */
    boolean cancelQueued(TurnId id, long version, Instant now) {
        return getEntityManager()
                        .createNativeQuery(
                                """
                                update turns set status = 'cancelled', ended_at = :now, version = :version,
                                    error_code = :code, error_detail = :detail, trail = '[]'
                                where id = :id and status = 'queued'
                                """)
                        .setParameter("id", id.value())
                        .setParameter("now", now)
                        .setParameter("version", version)
                        .setParameter("code", FailureCode.TURN_CANCELLED.code())
                        .setParameter("detail", TurnOutcome.Cancelled.DETAIL)
                        .executeUpdate()
                == 1;
    }

    /** Notes that a running turn is to be cancelled, for whoever runs it, now or after a crash. */
    void requestCancellation(TurnId id, Instant now) {
        getEntityManager()
                .createNativeQuery(
                        """
                        update turns set cancel_requested_at = :now
                        where id = :id and status = 'running' and cancel_requested_at is null
                        """)
                .setParameter("id", id.value())
                .setParameter("now", now)
                .executeUpdate();
    }

    /** What the database thinks this runner is running. */
    public List<Assigned> assignedTo(RunnerId runner) {
        List<?> rows =
                getEntityManager()
                        .createNativeQuery(
                                """
                                select id, conversation_id, cancel_requested_at is not null from turns
                                where status = 'running' and runner_id = :runner
                                """,
                                Object[].class)
                        .setParameter("runner", runner.value())
                        .getResultList();
        return rows.stream()
                .map(Object[].class::cast)
                .map(row ->
                        new Assigned(
                                new TurnId((UUID) row[0]),
                                new ConversationId((UUID) row[1]),
                                (boolean) row[2]))
                .toList();
    }

    /**
     * Running turns whose runner has lost its lease, and those that their own runner does not know.
     *
     * @param among only these; null for all
     */
    public List<Stranded> stranded(
            Collection<TurnId> forgotten,
            @Nullable Collection<TurnId> among,
            double lease,
            int most) {
        List<?> rows =
                getEntityManager()
                        .createNativeQuery(
                                """
                                select id, conversation_id, user_id, attempt, cancel_requested_at is not null from turns
                                where status = 'running'
                                    and (runner_id is null or id = any(:forgotten) or runner_id not in (%s))
                                    and (:all or id = any(:among))
                                order by id limit :most
                                """
                                        .formatted(RunnerRepository.LIVE_RUNNERS),
                                Object[].class)
                        .setParameter("forgotten", values(forgotten))
                        .setParameter("lease", lease)
                        .setParameter("all", among == null)
                        .setParameter("among", values(among == null ? List.of() : among))
                        .setParameter("most", most)
                        .getResultList();
        return rows.stream()
                .map(Object[].class::cast)
                .map(row ->
                        new Stranded(
                                new TurnId((UUID) row[0]),
                                new ConversationId((UUID) row[1]),
                                new UserId((UUID) row[2]),
                                ((Number) row[3]).intValue(),
                                (boolean) row[4]))
                .toList();
    }

    /** Ends stranded turns without a reply; their conversations' rows are held. */
    public void endStranded(
            List<Stranded> strandeds,
            Map<ConversationId, Long> versions,
            String detail,
            Instant now) {
        getEntityManager()
                .createNativeQuery(
                        """
                        update turns set ended_at = :now, version = those.version,
                            status = case when those.cancelled then 'cancelled' else 'interrupted' end,
                            error_code = case when those.cancelled then :cancelledCode else :code end,
                            error_detail = case when those.cancelled then :cancelledDetail else :detail end
                        from unnest(:ids, :versions, :cancelled) as those (id, version, cancelled)
                        where turns.id = those.id and status = 'running'
                        """)
                .setParameter("now", now)
                .setParameter("code", FailureCode.TURN_INTERRUPTED.code())
                .setParameter("detail", detail)
                .setParameter("cancelledCode", FailureCode.TURN_CANCELLED.code())
                .setParameter("cancelledDetail", TurnOutcome.Cancelled.DETAIL)
                .setParameter(
                        "ids",
                        strandeds.stream().map(each -> each.id().value()).toArray(UUID[]::new))
                .setParameter(
                        "versions",
                        strandeds.stream()
                                .map(each -> versions.get(each.conversation()))
                                .toArray(Long[]::new))
                .setParameter(
                        "cancelled",
                        strandeds.stream().map(Stranded::cancelled).toArray(Boolean[]::new))
                .executeUpdate();
    }

    /** Gives a stranded turn to this runner, in its next attempt. */
    public Optional<Turn> reassign(TurnId id, int attempt, RunnerId runner) {
        int taken =
                getEntityManager()
                        .createNativeQuery(
                                """
                                update turns set runner_id = :runner, attempt = attempt + 1
                                where id = :id and attempt = :attempt and status = 'running'
                                """)
                        .setParameter("id", id.value())
                        .setParameter("attempt", attempt)
                        .setParameter("runner", runner.value())
                        .executeUpdate();
        return taken == 1 ? findByIdOptional(id.value()) : Optional.empty();
    }

    /** Conversations where somebody stands in line and nobody runs. */
    public List<ConversationId> findWithIdleQueue(int most) {
        List<?> idle =
                getEntityManager()
                        .createNativeQuery(
                                """
                                select distinct waiting.conversation_id from turns waiting
                                where waiting.status = 'queued' and not exists
                                    (select from turns running where running.conversation_id = waiting.conversation_id
                                        and running.status in ('running', 'waiting'))
                                limit :most
                                """,
                                UUID.class)
                        .setParameter("most", most)
                        .getResultList();
        return idle.stream().map(id -> new ConversationId((UUID) id)).toList();
    }

    /** A user's turns that have not ended. */
    List<TurnId> open(UserId user, int most) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        select id from turns where user_id = ? and status in ('queued', 'running', 'waiting') limit ?
                        """)
                .value(user.value())
                .value(most)
                .query(row -> new TurnId(row.getObject(1, UUID.class)));
    }

    /** A conversation's turns in the order of their messages, behind a place or before it. */
    List<Placement> in(ConversationId conversation, int place, boolean isBackwards, int most) {
        return JdbcStatement.of(getEntityManager(), isBackwards ? BEFORE_A_PLACE : BEHIND_A_PLACE)
                .value(conversation.value())
                .value(place)
                .value(most)
                .query(row ->
                        new Placement(new TurnId(row.getObject(1, UUID.class)), row.getInt(2)));
    }

    List<Turn> among(Collection<TurnId> ids) {
        return list("id in ?1", ids.stream().map(TurnId::value).toList());
    }

    private static UUID[] values(Collection<TurnId> ids) {
        return ids.stream().map(TurnId::value).toArray(UUID[]::new);
    }

    /**
     * Where a turn stands in its conversation.
     *
     * @param place of its message
     */
    record Placement(TurnId id, int place) {}

    /** A turn that the database has for this runner. */
    public record Assigned(TurnId id, ConversationId conversation, boolean cancelRequested) {}

    /** A turn that nobody runs any more. */
    public record Stranded(
            TurnId id, ConversationId conversation, UserId user, int attempt, boolean cancelled) {}
}
