package dev.parley.turn.store;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.ObservedTurn;
import dev.parley.turn.TimelineEntry;
import dev.parley.turn.TimelineKind;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the turns of all users, for operators. No statement selects a message, an argument, a
 * result or what an agent wrote, so that nothing of them can reach an administrator by mistake.
 */
@ApplicationScoped
@Transactional
public class TurnObservation {

    /** The most rounds, tool calls and approvals of a timeline, each. */
    static final int MAX_ENTRIES = 1_000;

    /**
     * The turns before a turn in its conversation that are asked when it could begin. Queued turns
     * that were removed, or have joined another turn, may stand between the turn and the turn that
     * it waited for.
     */
    private static final int TURNS_BEFORE = 20;

    private static final String COLUMNS =
            """
            select turns.id, turns.conversation_id, turns.user_id, username, turns.agent_type, turns.status, turns.attempt,
                case when turns.status = 'running' then turns.runner_id end as runner_id, host, turns.started_at as opened_at,
                case when turns.status not in ('queued', 'steered') and not before.is_open
                        and coalesce(before.ended_at <= turns.ended_at, true)
                    then greatest(turns.started_at, before.ended_at) end as began_at,
                case when turns.status = 'running' and turns.pauses > 0 then (select max(decided_at) from turn_approvals
                    where turn_approvals.turn_id = turns.id) end as resumed_at,
                turns.ended_at, turns.error_code
            """;

    private static final String TABLES =
            """
            join accounts on accounts.id = turns.user_id
            left join runners on runners.id = turns.runner_id and turns.status = 'running'
            cross join lateral (
                select max(earlier.ended_at) as ended_at,
                    coalesce(bool_or(earlier.status in ('running', 'waiting')), false) as is_open
                from (select turn_id from messages where messages.conversation_id = turns.conversation_id
                        and messages.position < turns.position and role = 'user' order by messages.position desc limit %d) asked
                    join turns earlier on earlier.id = asked.turn_id) before
            """
                    .formatted(TURNS_BEFORE);

    /** The index of the conversations' claims has these turns, and no others. */
    private static final String ACTIVE = "select id from turns where status in (%s)";

    /** The index of the queues has these turns, and no others. */
    private static final String QUEUED = "select id from turns where status = 'queued'";

    private final EntityManager database;

    TurnObservation(EntityManager database) {
        this.database = database;
    }

    /**
     * Turns that have not ended, of all users, oldest first. Reads all turns that have not ended,
     * by their partial indexes, and no turn that has: there is no index for this order, for which
     * each turn would pay.
     *
     * @param status only turns of this status, which is not an ending; null for all
     * @param after the last turn of the previous page; null for the first page
     */
    public List<ObservedTurn> unfinished(
            @Nullable TurnStatus status, @Nullable TurnId after, int max) {
        return JdbcStatement.of(
                        database,
                        """
                        with unfinished as materialized (%s),
                            page as (select id from unfinished where id > ? order by id limit ?)
                        %s from page join turns on turns.id = page.id
                        %s order by turns.id limit ?
                        """
                                .formatted(unfinished(status), COLUMNS, TABLES))
                .value(after == null ? new UUID(0, 0) : after.value())
                .value(max)
                .value(max)
                .query(TurnObservation::turn);
    }

    /** The statuses are part of the text: a parameter would match no partial index. */
    private static String unfinished(@Nullable TurnStatus status) {
        return switch (status) {
            case null -> ACTIVE.formatted("'running', 'waiting'") + " union all " + QUEUED;
            case RUNNING -> ACTIVE.formatted("'running'");
            case WAITING -> ACTIVE.formatted("'waiting'");
            case QUEUED -> QUEUED;
            case SUCCEEDED, FAILED, TIMED_OUT, CANCELLED, INTERRUPTED, STEERED ->
                    throw new IllegalArgumentException(status + " is an ending");
        };
    }

    /**
     * A turn of any user, which may have ended.
     *
     * @throws TurnNotFound if there is none
     */
    public ObservedTurn read(TurnId id) {
        return JdbcStatement.of(
                        database, "%s from turns %s where turns.id = ?".formatted(COLUMNS, TABLES))
                .value(id.value())
                .query(TurnObservation::turn)
                .stream()
                .findFirst()
                .orElseThrow(() -> new TurnNotFound(id));
    }

    /**
     * What is stored of the course of a turn, in its order: the rounds of turns that have ended are
     * deleted unless they are to be kept, and steps after their retention.
     */
    public List<TimelineEntry> timeline(ObservedTurn turn) {
        List<TimelineEntry> entries = new ArrayList<>();
        entries.add(TimelineEntry.of(TimelineKind.OPENED, turn.openedAt()));
        turn.startedAt().ifPresent(at -> entries.add(TimelineEntry.of(TimelineKind.STARTED, at)));
        turn.resumedAt().ifPresent(at -> entries.add(TimelineEntry.of(TimelineKind.STARTED, at)));
        entries.addAll(stored(turn.id()));
        turn.endedAt()
                .ifPresent(at ->
                        entries.add(
                                new TimelineEntry(
                                        TimelineKind.ENDED,
                                        at,
                                        Optional.empty(),
                                        Optional.of(turn.status().text()),
                                        Optional.of(turn.status() == TurnStatus.SUCCEEDED),
                                        Optional.of(turn.elapsed(at)))));
        entries.sort(Comparator.comparing(TimelineEntry::at).thenComparing(TimelineEntry::kind));
        return entries;
    }

    private List<TimelineEntry> stored(TurnId id) {
        return JdbcStatement.of(
                        database,
                        """
                        (select 'round' as kind, created_at as at, nullif(path, '') as step, null as name,
                            null::boolean as ok, null::timestamptz as until
                        from turn_rounds where turn_id = ? order by created_at, path, number limit ?)
                        union all
                        (select 'tool', created_at, path, tool, ok, null
                        from turn_steps where turn_id = ? order by created_at, attempt, number limit ?)
                        union all
                        (select 'approval', asked_at, step, tool, case when status <> 'open' then status = 'approved' end,
                            decided_at
                        from turn_approvals where turn_id = ? order by asked_at, step limit ?)
                        """)
                .value(id.value())
                .value(MAX_ENTRIES)
                .value(id.value())
                .value(MAX_ENTRIES)
                .value(id.value())
                .value(MAX_ENTRIES)
                .query(TurnObservation::entry);
    }

    private static TimelineEntry entry(ResultSet row) throws SQLException {
        Instant at = instant(row, "at").orElseThrow();
        boolean ok = row.getBoolean("ok");
        return new TimelineEntry(
                TimelineKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                at,
                Optional.ofNullable(row.getString("step")),
                Optional.ofNullable(row.getString("name")),
                row.getObject("ok") == null ? Optional.empty() : Optional.of(ok),
                instant(row, "until").map(until -> Duration.between(at, until)));
    }

    private static ObservedTurn turn(ResultSet row) throws SQLException {
        return new ObservedTurn(
                new TurnId(row.getObject("id", UUID.class)),
                new ConversationId(row.getObject("conversation_id", UUID.class)),
                new UserId(row.getObject("user_id", UUID.class)),
                row.getString("username"),
                new AgentType(row.getString("agent_type")),
                TurnStatus.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                row.getInt("attempt"),
                Optional.ofNullable(row.getObject("runner_id", UUID.class)).map(RunnerId::new),
                Optional.ofNullable(row.getString("host")),
                instant(row, "opened_at").orElseThrow(),
                instant(row, "began_at"),
                instant(row, "resumed_at"),
                instant(row, "ended_at"),
                Optional.ofNullable(row.getString("error_code")));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }
}
