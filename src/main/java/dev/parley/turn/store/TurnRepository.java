package dev.parley.turn.store;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.cluster.RunnerRepository;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.FailureCode;
import dev.parley.turn.QueuedTurn;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.WhenBusy;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Query;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All turns, in the database. */
@ApplicationScoped
public class TurnRepository implements PanacheRepositoryBase<Turn, UUID> {

    /** Reads messages, because messages have an index on the position in their conversation. */
    private static final String STRANDED =
            """
            select id, conversation_id, user_id, attempt, cancel_requested_at is not null, attempt - pauses
            from turns
            where status = 'running' and (runner_id is null or id = any(:forgotten) or runner_id not in (%s))
            """
                    .formatted(RunnerRepository.LIVE_RUNNERS);

    /**
     * The ids of turns that may be stranded. It goes from one runner with running turns to the next
     * in the index, and reads the turns of lost runners only.
     */
    private static final String MAYBE_STRANDED =
            """
            with recursive assigned (runner) as (
                (select runner_id from turns where status = 'running' and runner_id is not null order by runner_id limit 1)
                union all
                select (select runner_id from turns where status = 'running' and runner_id > runner order by runner_id limit 1)
                from assigned where runner is not null)
            select of_runner.id from assigned
                cross join lateral (select id from turns where status = 'running' and runner_id = runner order by runner_id, id limit :max) of_runner
            where runner not in (%s)
            union all
            (select id from turns where status = 'running' and runner_id is null order by runner_id, id limit :max)
            union all
            select unnest(cast(:forgotten as uuid[]))
            """
                    .formatted(RunnerRepository.LIVE_RUNNERS);

    private static final String FIND_STRANDED =
            STRANDED
                    + """
                    and id = any(array(%s)) order by id limit :max
                    """
                            .formatted(MAYBE_STRANDED);

    private static final String LOCK_STRANDED =
            STRANDED
                    + """
                    and id = any(:among) order by id for no key update skip locked
                    """;

    private static final String AFTER_POSITION =
            """
            select turn_id, position from messages
            where conversation_id = ? and position > ? and role = 'user' order by position limit ?
            """;

    private static final String BEFORE_POSITION =
            """
            select turn_id, position from messages
            where conversation_id = ? and position < ? and role = 'user' order by position desc limit ?
            """;

    Optional<Turn> of(UserId user, TurnId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value()).firstResultOptional();
    }

    /**
     * Inserts running turns, each only if no other turn runs, waits or is queued in its
     * conversation. The partial unique index decides; the caller has locked the conversations'
     * rows.
     *
     * @return the turns that have claimed their conversation
     */
    Set<TurnId> insertRunning(List<PositionedTurn> turns, RunnerId runner, Instant now) {
        if (turns.isEmpty()) {
            return Set.of();
        }
        return Set.copyOf(
                insert(
                                """
                                insert into turns (id, user_id, conversation_id, agent_type, status, started_at, runner_id, position)
                                select id, user_id, conversation_id, agent_type, 'running', ?, ?, position
                                from unnest(?, ?, ?, ?, ?) as input (id, user_id, conversation_id, agent_type, position)
                                where not exists (select from turns ahead
                                    where ahead.conversation_id = input.conversation_id and ahead.status = 'queued')
                                on conflict (conversation_id) where status in ('running', 'waiting') do nothing
                                returning id
                                """,
                                turns,
                                runner,
                                now)
                        .query(row -> new TurnId(row.getObject(1, UUID.class))));
    }

    /**
     * Inserts a queued turn.
     *
     * @return false if the conversation's queue is full
     */
    boolean insertQueued(PositionedTurn turn, RunnerId runner, int maxQueued, Instant now) {
        return insert(
                                """
                                insert into turns (id, user_id, conversation_id, agent_type, status, started_at, runner_id, position, steers)
                                select id, user_id, conversation_id, agent_type, 'queued', ?, ?, position, steers
                                from unnest(?, ?, ?, ?, ?) as input (id, user_id, conversation_id, agent_type, position),
                                    (select ?::boolean as steers) as request
                                where ? > (select count(*) from turns ahead
                                    where ahead.conversation_id = input.conversation_id and ahead.status = 'queued')
                                """,
                                List.of(turn),
                                runner,
                                now)
                        .value(turn.turn().whenBusy() == WhenBusy.STEER)
                        .value(maxQueued)
                        .execute()
                == 1;
    }

    private JdbcStatement insert(
            String insert, List<PositionedTurn> turns, RunnerId runner, Instant now) {
        return JdbcStatement.of(getEntityManager(), insert)
                .value(now)
                .value(runner.value())
                .uuids(turns, positioned -> positioned.turn().id().value())
                .uuids(turns, positioned -> positioned.turn().user().value())
                .uuids(turns, positioned -> positioned.conversation().value())
                .texts(turns, positioned -> positioned.agentType().value())
                .ints(turns, PositionedTurn::position);
    }

    /** Deletes turns that this transaction has inserted. */
    void deleteAll(List<TurnId> inserted) {
        JdbcStatement.of(getEntityManager(), "delete from turns where id = any(?)")
                .uuids(inserted, TurnId::value)
                .execute();
    }

    /**
     * Ends turns that this runner still runs. The fencing token lets each turn end only once.
     *
     * @return for each turn that was ended, whether other turns are queued in its conversation
     */
    Map<TurnId, Boolean> end(List<TurnSettler.LockedTurn> endings, RunnerId runner, Instant now) {
        if (endings.isEmpty()) {
            return Map.of();
        }
        Map<TurnId, Boolean> ended = new HashMap<>();
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        update turns set status = input.status, ended_at = ?, version = input.version,
                            reply_id = input.reply_id, trail = input.trail, partial = input.partial,
                            input_tokens = input.input_tokens, cached_tokens = input.cached_tokens,
                            output_tokens = input.output_tokens, is_estimated = input.is_estimated,
                            error_code = input.error_code, error_detail = input.error_detail,
                            finish_reason = input.finish_reason
                        from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as input (id, attempt, status, version, reply_id, trail,
                            partial, input_tokens, cached_tokens, output_tokens, is_estimated, error_code, error_detail, finish_reason)
                        where turns.id = input.id and turns.runner_id = ? and turns.attempt = input.attempt
                            and turns.status = 'running'
                        returning turns.id, exists (select from turns behind
                            where behind.conversation_id = turns.conversation_id and behind.status = 'queued')
                        """)
                .value(now)
                .uuids(endings, ending -> ending.turn().value())
                .ints(endings, ending -> ending.command().turn().fencingToken().attempt())
                .texts(endings, ending -> ending.command().outcome().status().text())
                .longs(endings, TurnSettler.LockedTurn::version)
                .uuids(endings, ending -> ending.command().replyId())
                .texts(endings, ending -> ending.command().transcript().eventOffsets())
                .texts(endings, ending -> ending.command().partialReply())
                .longs(endings, ending -> ending.command().outcome().usage().inputTokens())
                .longs(endings, ending -> ending.command().outcome().usage().cachedTokens())
                .longs(endings, ending -> ending.command().outcome().usage().outputTokens())
                .booleans(endings, ending -> ending.command().outcome().usage().isEstimated())
                .texts(endings, ending -> ending.command().errorCode())
                .texts(endings, ending -> ending.command().errorDetail())
                .texts(endings, ending -> ending.command().finishReason())
                .value(runner.value())
                .query(row ->
                        ended.put(new TurnId(row.getObject(1, UUID.class)), row.getBoolean(2)));
        return ended;
    }

    /**
     * Starts a queued turn on this runner. The caller has locked the conversation's row and checked
     * that no turn runs there.
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

    /**
     * Queues a turn again that a runner has started and has not run. The caller has locked the
     * conversation's row.
     */
    public boolean requeue(TurnId id, RunnerId runner) {
        return JdbcStatement.of(
                                getEntityManager(),
                                """
                                update turns set status = 'queued'
                                where id = ? and status = 'running' and runner_id = ? and attempt = 1
                                    and cancel_requested_at is null
                                """)
                        .value(id.value())
                        .value(runner.value())
                        .execute()
                == 1;
    }

    Optional<Turn> findFirstQueued(ConversationId conversation) {
        return find("conversationId = ?1 and status = QUEUED order by place", conversation.value())
                .firstResultOptional();
    }

    /** The queued turns of the conversation with their messages, in the order of their start. */
    List<QueuedTurn> queued(ConversationId conversation) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        select turns.id, agent_type, content, started_at,
                            row_number() over (order by turns.position) - 1 + (select count(*) from turns active
                                where active.conversation_id = turns.conversation_id and active.status in ('running', 'waiting'))
                        from turns join messages on messages.turn_id = turns.id and role = 'user'
                        where turns.conversation_id = ? and status = 'queued' order by turns.position
                        """)
                .value(conversation.value())
                .query(row ->
                        new QueuedTurn(
                                new TurnId(row.getObject(1, UUID.class)),
                                new AgentType(row.getString(2)),
                                row.getString(3),
                                row.getTimestamp(4).toInstant(),
                                row.getInt(5)));
    }

    /** The turn that runs or waits in the conversation. */
    Optional<Turn> findActive(ConversationId conversation) {
        return find("conversationId = ?1 and status in (RUNNING, WAITING)", conversation.value())
                .firstResultOptional();
    }

    /** The turns that wait in these conversations. */
    Map<ConversationId, TurnId> findWaiting(List<ConversationId> conversations) {
        if (conversations.isEmpty()) {
            return Map.of();
        }
        Map<ConversationId, TurnId> waiting = new HashMap<>();
        JdbcStatement.of(
                        getEntityManager(),
                        "select conversation_id, id from turns where conversation_id = any(?) and"
                                + " status = 'waiting'")
                .uuids(conversations, ConversationId::value)
                .query(row ->
                        waiting.put(
                                new ConversationId(row.getObject(1, UUID.class)),
                                new TurnId(row.getObject(2, UUID.class))));
        return waiting;
    }

    Optional<Turn> findRunning(TurnId id, RunnerId runner) {
        return find("id = ?1 and status = RUNNING and runnerId = ?2", id.value(), runner.value())
                .firstResultOptional();
    }

    /** Lets a turn that this runner runs wait for a person; false if it is to be cancelled. */
    boolean suspend(FencingToken token, ApprovalStore.Suspension suspension) {
        return JdbcStatement.of(
                                getEntityManager(),
                                """
                                update turns set status = 'waiting', runner_id = null, trail = ?, partial = ?,
                                    input_tokens = ?, cached_tokens = ?, output_tokens = ?, is_estimated = ?, traceparent = ?
                                where id = ? and runner_id = ? and attempt = ? and status = 'running'
                                    and cancel_requested_at is null
                                """)
                        .text(suspension.transcript().eventOffsets())
                        .value(suspension.transcript().text())
                        .value(suspension.usage().inputTokens())
                        .value(suspension.usage().cachedTokens())
                        .value(suspension.usage().outputTokens())
                        .value(suspension.usage().isEstimated())
                        .text(suspension.traceparent())
                        .value(token.turn().value())
                        .value(token.runner().value())
                        .value(token.attempt())
                        .execute()
                == 1;
    }

    /** Whether this attempt of the turn has been suspended. */
    boolean isWaiting(FencingToken token) {
        return count(
                        "id = ?1 and attempt = ?2 and status = WAITING",
                        token.turn().value(),
                        token.attempt())
                == 1;
    }

    /** Locks a turn's row, so that decisions about its steps are made one after the other. */
    void lock(TurnId id) {
        JdbcStatement.of(getEntityManager(), "select 1 from turns where id = ? for no key update")
                .value(id.value())
                .query(row -> row.getInt(1));
    }

    /** Marks waiting turns that have no open approval any more. */
    int markReady(List<TurnId> ids, Instant now) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        update turns set ready_at = ? where id = any(?) and status = 'waiting' and not exists
                            (select from turn_approvals where turn_id = turns.id and turn_approvals.status = 'open')
                        """)
                .value(now)
                .uuids(ids, TurnId::value)
                .execute();
    }

    /** Waiting turns that any replica may go on with, or has to cancel. */
    List<ApprovalStore.ReadyTurn> ready(int max) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        select id, user_id, cancel_requested_at is not null from turns
                        where ready_at is not null order by ready_at limit ?
                        """)
                .value(max)
                .query(row ->
                        new ApprovalStore.ReadyTurn(
                                new TurnId(row.getObject(1, UUID.class)),
                                new UserId(row.getObject(2, UUID.class)),
                                row.getBoolean(3)));
    }

    /**
     * Starts a waiting turn on this runner, with the next attempt number. What the attempt before
     * has streamed is forgotten: the rounds have its text.
     */
    Optional<Turn> resume(TurnId id, RunnerId runner) {
        int updated =
                JdbcStatement.of(
                                getEntityManager(),
                                """
                                update turns set status = 'running', runner_id = ?, attempt = attempt + 1,
                                    pauses = pauses + 1, ready_at = null, trail = null, partial = null
                                where id = ? and status = 'waiting' and ready_at is not null and cancel_requested_at is null
                                """)
                        .value(runner.value())
                        .value(id.value())
                        .execute();
        return updated == 1 ? findByIdOptional(id.value()) : Optional.empty();
    }

    /**
     * Cancels a waiting turn. The caller has locked the conversation's row.
     *
     * @param reply the id of the stored reply; null if the agent has written no text
     * @return false if the turn does not wait any more: going on locks the turn only
     */
    boolean cancelWaiting(TurnId id, long version, @Nullable UUID reply, Instant now) {
        return JdbcStatement.of(
                                getEntityManager(),
                                """
                                update turns set status = 'cancelled', ended_at = ?, version = ?, reply_id = ?::uuid,
                                    error_code = ?, error_detail = ?, ready_at = null,
                                    partial = case when ?::uuid is null then nullif(partial, '') end
                                where id = ? and status = 'waiting'
                                """)
                        .value(now)
                        .value(version)
                        .text(reply == null ? null : reply.toString())
                        .value(FailureCode.TURN_CANCELLED.code())
                        .value(TurnOutcome.Cancelled.DETAIL)
                        .text(reply == null ? null : reply.toString())
                        .value(id.value())
                        .execute()
                == 1;
    }

    /** Ends a turn that is still queued. */
    boolean endQueued(TurnId id, long version, FailureCode reason, String detail, Instant now) {
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
                        .setParameter("code", reason.code())
                        .setParameter("detail", detail)
                        .executeUpdate()
                == 1;
    }

    /** Records a cancellation request for a running turn, for its runner now or after a crash. */
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

    /**
     * Records a cancellation request for each turn that runs or waits in one of the conversations,
     * for its runner now or after a crash; any replica cancels a waiting turn. Skips a turn whose
     * row another transaction has locked, which is a tool or a decision that commits.
     */
    void requestCancellations(List<ConversationId> conversations, Instant now) {
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        update turns set cancel_requested_at = ?,
                            ready_at = case when status = 'waiting' then ?::timestamptz end
                        where id in (
                            select id from turns
                            where conversation_id = any(?) and status in ('running', 'waiting')
                                and cancel_requested_at is null
                            for no key update skip locked)
                        """)
                .value(now)
                .value(now)
                .uuids(conversations, ConversationId::value)
                .execute();
    }

    /** The running turns that the database assigns to a runner. */
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
     * Finds running turns whose runner has lost its lease, and running turns that their own runner
     * does not know. It reads the turns of such runners only, however many run elsewhere.
     *
     * @param forgotten turns that their own runner does not know
     * @param lease the lease in seconds
     * @param max how many turns to return at most
     */
    public List<Stranded> stranded(
            Collection<TurnId> forgotten, double lease, double observed, int max) {
        return stranded(
                getEntityManager()
                        .createNativeQuery(FIND_STRANDED, Object[].class)
                        .setParameter("max", max),
                forgotten,
                lease,
                observed);
    }

    /**
     * Locks the turns that are still stranded. A turn that another transaction has locked is
     * skipped: its runner lets it wait, or uses a tool.
     *
     * @param among turns that were found
     */
    public List<Stranded> lockStranded(
            Collection<TurnId> forgotten, Collection<TurnId> among, double lease, double observed) {
        return stranded(
                getEntityManager()
                        .createNativeQuery(LOCK_STRANDED, Object[].class)
                        .setParameter("among", values(among)),
                forgotten,
                lease,
                observed);
    }

    private static List<Stranded> stranded(
            Query query, Collection<TurnId> forgotten, double lease, double observed) {
        List<?> rows =
                query.setParameter("forgotten", values(forgotten))
                        .setParameter("lease", lease)
                        .setParameter("observed", observed)
                        .getResultList();
        return rows.stream()
                .map(Object[].class::cast)
                .map(row ->
                        new Stranded(
                                new TurnId((UUID) row[0]),
                                new ConversationId((UUID) row[1]),
                                new UserId((UUID) row[2]),
                                ((Number) row[3]).intValue(),
                                (boolean) row[4],
                                ((Number) row[5]).intValue()))
                .toList();
    }

    /**
     * Ends stranded turns without a reply, with the tokens that are stored; the caller has locked
     * their conversations' rows.
     */
    public void endStranded(
            List<Stranded> strandedTurns,
            Map<ConversationId, Long> versions,
            String detail,
            Instant now) {
        getEntityManager()
                .createNativeQuery(
                        """
                        update turns set ended_at = :now, version = input.version,
                            status = case when input.cancelled then 'cancelled' else 'interrupted' end,
                            error_code = case when input.cancelled then :cancelledCode else :code end,
                            error_detail = case when input.cancelled then :cancelledDetail else :detail end,
                            (input_tokens, cached_tokens, output_tokens, is_estimated) = (
                                select coalesce(sum(used.input_tokens), 0), coalesce(sum(used.cached_tokens), 0),
                                    coalesce(sum(used.output_tokens), 0), coalesce(bool_or(used.is_estimated), false)
                                from turn_usage used where used.turn_id = turns.id)
                        from unnest(:ids, :versions, :cancelled) as input (id, version, cancelled)
                        where turns.id = input.id and status = 'running'
                        """)
                .setParameter("now", now)
                .setParameter("code", FailureCode.TURN_INTERRUPTED.code())
                .setParameter("detail", detail)
                .setParameter("cancelledCode", FailureCode.TURN_CANCELLED.code())
                .setParameter("cancelledDetail", TurnOutcome.Cancelled.DETAIL)
                .setParameter(
                        "ids",
                        strandedTurns.stream()
                                .map(stranded -> stranded.id().value())
                                .toArray(UUID[]::new))
                .setParameter(
                        "versions",
                        strandedTurns.stream()
                                .map(stranded -> versions.get(stranded.conversation()))
                                .toArray(Long[]::new))
                .setParameter(
                        "cancelled",
                        strandedTurns.stream().map(Stranded::cancelled).toArray(Boolean[]::new))
                .executeUpdate();
    }

    /** Assigns a stranded turn to a runner, with the next attempt number. */
    public Optional<Turn> reassign(TurnId id, int attempt, RunnerId runner) {
        int updated =
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
        return updated == 1 ? findByIdOptional(id.value()) : Optional.empty();
    }

    /** Conversations with a queued turn and no running turn. */
    public List<ConversationId> findWithIdleQueue(int max) {
        List<?> idle =
                getEntityManager()
                        .createNativeQuery(
                                """
                                select distinct waiting.conversation_id from turns waiting
                                where waiting.status = 'queued' and not exists
                                    (select from turns running where running.conversation_id = waiting.conversation_id
                                        and running.status in ('running', 'waiting'))
                                limit :max
                                """,
                                UUID.class)
                        .setParameter("max", max)
                        .getResultList();
        return idle.stream().map(id -> new ConversationId((UUID) id)).toList();
    }

    int deleteBatch(ConversationId conversation, int max) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        delete from turns where id = any (array(
                            select id from turns where conversation_id = ? limit ?))
                        """)
                .value(conversation.value())
                .value(max)
                .execute();
    }

    /** A user's turns that have not ended. */
    List<TurnId> open(UserId user, int max) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        select id from turns where user_id = ? and status in ('queued', 'running', 'waiting') limit ?
                        """)
                .value(user.value())
                .value(max)
                .query(row -> new TurnId(row.getObject(1, UUID.class)));
    }

    /**
     * A conversation's turns in the order of their messages, after a position or, backwards, before
     * it.
     */
    List<Placement> in(ConversationId conversation, int position, boolean isBackwards, int max) {
        return JdbcStatement.of(getEntityManager(), isBackwards ? BEFORE_POSITION : AFTER_POSITION)
                .value(conversation.value())
                .value(position)
                .value(max)
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
     * A turn's position in its conversation.
     *
     * @param position position of the turn's message
     */
    record Placement(TurnId id, int position) {}

    /** A running turn that the database assigns to a runner. */
    public record Assigned(TurnId id, ConversationId conversation, boolean cancelRequested) {}

    /**
     * A running turn that no runner runs.
     *
     * @param startsAndCrashes its attempts without those after a pause
     */
    public record Stranded(
            TurnId id,
            ConversationId conversation,
            UserId user,
            int attempt,
            boolean cancelled,
            int startsAndCrashes) {}
}
