package dev.parley.turn.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.agent.approval.Approver;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.value.StorableText;
import dev.parley.turn.Approval;
import dev.parley.turn.ApprovalDecision;
import dev.parley.turn.ApprovalRequest;
import dev.parley.turn.ApprovalStatus;
import dev.parley.turn.TurnId;
import dev.parley.turn.store.ApprovalStore.OpenApprovals;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The approvals of all turns. Each statement is guarded by the status, so a decision is made once.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
class ApprovalRepository {

    private static final String COLUMNS =
            """
            turn_id, step, user_id, tool, arguments, arguments_hash, schema_hash, summary, approver, status,
            asked_at, expires_at, decided_at, decided_by, approved_arguments, reason
            """;

    private final EntityManager database;
    private final ObjectMapper json;

    ApprovalRepository(EntityManager database, ObjectMapper json) {
        this.database = database;
        this.json = json;
    }

    /** Asks for approvals, also again for a step whose tool has changed since. */
    void ask(TurnId turn, UserId user, List<ApprovalRequest> requests) {
        for (ApprovalRequest request : requests) {
            JdbcStatement.of(
                            database,
                            """
                            insert into turn_approvals (turn_id, step, user_id, tool, arguments, arguments_hash, schema_hash,
                                summary, approver, status, asked_at, expires_at)
                            values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?)
                            on conflict (turn_id, step) do update set status = 'open', schema_hash = excluded.schema_hash,
                                approver = excluded.approver, asked_at = excluded.asked_at, expires_at = excluded.expires_at,
                                decided_at = null, decided_by = null, approved_arguments = null, reason = null
                            """)
                    .value(turn.value())
                    .value(request.step())
                    .value(user.value())
                    .value(request.tool())
                    .value(StorableText.storable(request.arguments().toString()))
                    .value(request.argumentsHash())
                    .value(request.schemaHash())
                    .value(request.summary())
                    .value(request.approverText())
                    .value(request.askedAt())
                    .value(request.expiresAt())
                    .execute();
        }
    }

    Optional<Approval> find(TurnId turn, String step) {
        return JdbcStatement.of(
                        database,
                        "select " + COLUMNS + " from turn_approvals where turn_id = ? and step = ?")
                .value(turn.value())
                .value(step)
                .query(this::approval)
                .stream()
                .findFirst();
    }

    /** All approvals of a turn. */
    List<Approval> of(TurnId turn) {
        return JdbcStatement.of(
                        database, "select " + COLUMNS + " from turn_approvals where turn_id = ?")
                .value(turn.value())
                .query(this::approval);
    }

    /**
     * The inbox of a user, newest turn first. Each half is a page of its own index: with both
     * conditions in one, PostgreSQL may read everybody's approvals to find a page of one user's.
     *
     * @param asAdmin whether to list what administrators have to decide for others as well
     * @param status only approvals of this status; null for all
     * @param after the last approval of the previous page; null for the first page
     */
    List<Approval> inbox(
            UserId user,
            boolean asAdmin,
            @Nullable ApprovalStatus status,
            Approval.@Nullable Key after,
            int max) {
        String page =
                """
                    and (?::text is null or status = ?) and (?::uuid is null or (turn_id, step) < (?::uuid, ?))
                order by turn_id desc, step desc limit ?)
                """;
        JdbcStatement inbox =
                JdbcStatement.of(
                        database,
                        "(select "
                                + COLUMNS
                                + "from turn_approvals where user_id = ?"
                                + page
                                + "union all (select "
                                + COLUMNS
                                + "from turn_approvals where ? and approver = 'admin'"
                                + " and status = 'open' and user_id <> ?"
                                + page
                                + "order by turn_id desc, step desc limit ?");
        inbox.value(user.value());
        page(inbox, status, after, max);
        inbox.value(asAdmin).value(user.value());
        page(inbox, status, after, max);
        return inbox.value(max).query(this::approval);
    }

    private static void page(
            JdbcStatement inbox,
            @Nullable ApprovalStatus status,
            Approval.@Nullable Key after,
            int max) {
        @Nullable String text = status == null ? null : status.text();
        @Nullable String turn = after == null ? null : after.turn().toString();
        inbox.text(text)
                .text(text)
                .text(turn)
                .text(turn)
                .text(after == null ? null : after.step())
                .value(max);
    }

    /** Decides an open approval; false if it is not open any more. */
    boolean decide(
            TurnId turn, String step, ApprovalDecision decision, UserId decidedBy, Instant now) {
        @Nullable String arguments =
                decision instanceof ApprovalDecision.Approve approve
                        ? approve.arguments()
                                .map(edited -> StorableText.storable(edited.toString()))
                                .orElse(null)
                        : null;
        @Nullable String reason =
                decision instanceof ApprovalDecision.Deny deny
                        ? deny.reason().map(StorableText::storable).orElse(null)
                        : null;
        return JdbcStatement.of(
                                database,
                                """
                                update turn_approvals set status = ?, decided_at = ?, decided_by = ?,
                                    approved_arguments = ?, reason = ?
                                where turn_id = ? and step = ? and status = 'open' and expires_at > ?
                                """)
                        .value(decision.status().text())
                        .value(now)
                        .value(decidedBy.value())
                        .text(arguments)
                        .text(reason)
                        .value(turn.value())
                        .value(step)
                        .value(now)
                        .execute()
                == 1;
    }

    /** Closes the open approvals of turns that end. */
    void cancel(Collection<TurnId> turns, Instant now) {
        JdbcStatement.of(
                        database,
                        """
                        update turn_approvals set status = 'cancelled', decided_at = ?
                        where turn_id = any(?) and status = 'open'
                        """)
                .value(now)
                .uuids(List.copyOf(turns), TurnId::value)
                .execute();
    }

    /**
     * Expires open approvals whose time has passed, and locks their turns: a decision locks the
     * turn before the approval, so this must not wait for the turn afterwards.
     *
     * @return their turns
     */
    List<TurnId> expire(Instant now, int max) {
        return JdbcStatement.of(
                        database,
                        """
                        update turn_approvals set status = 'expired', decided_at = ?
                        where (turn_id, step) in (
                            select turn_id, step from turn_approvals approval join turns on turns.id = turn_id
                            where approval.status = 'open' and expires_at <= ? order by expires_at limit ?
                            for no key update skip locked)
                        returning turn_id
                        """)
                .value(now)
                .value(now)
                .value(max)
                .query(row -> new TurnId(row.getObject(1, UUID.class)));
    }

    Map<Approver, OpenApprovals> countOpen() {
        Map<Approver, OpenApprovals> open = new EnumMap<>(Approver.class);
        JdbcStatement.of(
                        database,
                        "select approver, count(*), min(asked_at) from turn_approvals"
                                + " where status = 'open' group by approver")
                .query(row ->
                        open.put(
                                approver(row.getString(1)),
                                new OpenApprovals(
                                        row.getLong(2),
                                        Optional.ofNullable(row.getObject(3, OffsetDateTime.class))
                                                .map(OffsetDateTime::toInstant))));
        return open;
    }

    /** Whether the user has approved a call of the tool, as it is now, in the conversation. */
    boolean isApprovedIn(ConversationId conversation, String tool, String schemaHash) {
        return !JdbcStatement.of(
                        database,
                        """
                        select 1 from turns join turn_approvals on turn_approvals.turn_id = turns.id
                        where turns.conversation_id = ? and turn_approvals.tool = ? and turn_approvals.schema_hash = ?
                            and turn_approvals.status = 'approved' limit 1
                        """)
                .value(conversation.value())
                .value(tool)
                .value(schemaHash)
                .query(row -> row.getInt(1))
                .isEmpty();
    }

    private Approval approval(ResultSet row) throws SQLException {
        return new Approval(
                new TurnId(row.getObject("turn_id", UUID.class)),
                new UserId(row.getObject("user_id", UUID.class)),
                new ApprovalRequest(
                        row.getString("step"),
                        row.getString("tool"),
                        read(row.getString("arguments")),
                        row.getString("arguments_hash"),
                        row.getString("schema_hash"),
                        row.getString("summary"),
                        approver(row.getString("approver")),
                        instant(row, "asked_at").orElseThrow(),
                        instant(row, "expires_at").orElseThrow()),
                ApprovalStatus.of(row.getString("status")).orElseThrow(),
                instant(row, "decided_at"),
                Optional.ofNullable(row.getObject("decided_by", UUID.class)).map(UserId::new),
                Optional.ofNullable(row.getString("approved_arguments")).map(this::read),
                Optional.ofNullable(row.getString("reason")));
    }

    private static Approver approver(String text) {
        return Approver.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }

    private JsonNode read(String written) {
        try {
            return json.readTree(written);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("The arguments of an approval are not JSON", failure);
        }
    }
}
