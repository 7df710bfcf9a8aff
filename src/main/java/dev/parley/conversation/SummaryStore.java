package dev.parley.conversation;

import dev.parley.platform.database.sql.JdbcStatement;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The summaries of conversations, and the claims of the steps that write them. Two steps never
 * summarise the same messages: a step is claimed in the row of the summary while the conversation's
 * row is locked, and stores nothing after another step was claimed.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class SummaryStore {

    private static final String READ =
            """
            select summary.content, summary.messages, summary.updated_at, messages.id
            from conversation_summaries summary left join messages
                on messages.conversation_id = summary.conversation_id and position = through_position
            where summary.conversation_id = ?
            """;

    private static final String STATE =
            """
            select content, through_position, step_id, claimed_at, claimed_until is not null,
                claimed_until > now(), failed_at > now() - make_interval(secs => ?)
            from conversation_summaries where conversation_id = ?
            """;

    /**
     * Reads forward from the last summarised message by the index of the order. The recent messages
     * are found backwards from the newest; the newest message is always recent. A turn that has not
     * ended will still add a reply to its exchange; such turns are found in two branches, since
     * each has a partial index.
     */
    private static final String UNSUMMARIZED =
            """
            with recent as materialized (
                select coalesce(min(position), 0) as first from (
                    select position, coalesce(sum(octet_length(content)) over (
                        order by position desc rows between unbounded preceding and 1 preceding), 0) as newer
                    from messages where conversation_id = ? order by position desc limit ?) as newest
                where newer < ?),
            active as materialized (
                select id from turns where conversation_id = ? and status in ('running', 'waiting')
                union all
                select id from turns where conversation_id = ? and status = 'queued'),
            unended as materialized (
                select min(position) as first from messages where turn_id = any (array(select id from active)))
            select role, left(content, ?), length(content) > ?, octet_length(content), position,
                (select max(position) from messages reply
                    where reply.turn_id = coalesce(messages.answered_by, messages.turn_id))
            from messages
            where conversation_id = ? and position > ?
                and position < (select least(recent.first, unended.first) from recent, unended)
            order by position limit ?
            """;

    private static final String CLAIM =
            """
            insert into conversation_summaries as summary (conversation_id, step_id, claimed_at, claimed_until)
            values (?, ?, ?, now() + make_interval(secs => ?))
            on conflict (conversation_id) do update set step_id = excluded.step_id,
                claimed_at = excluded.claimed_at, claimed_until = excluded.claimed_until
            """;

    private static final String STORE =
            """
            update conversation_summaries set content = ?, messages = messages + ?, through_position = ?,
                updated_at = ?, claimed_until = null, failed_at = null
            where conversation_id = ? and step_id = ? and claimed_until is not null
            """;

    private final EntityManager database;

    SummaryStore(EntityManager database) {
        this.database = database;
    }

    /** The summary of a conversation; {@link Summary#NONE} if there is none. */
    public Summary read(ConversationId conversation) {
        return JdbcStatement.of(database, READ)
                .value(conversation.value())
                .query(row ->
                        new Summary(
                                Optional.ofNullable(row.getString(1)),
                                row.getInt(2),
                                Optional.ofNullable(row.getObject(4, UUID.class))
                                        .map(MessageId::new),
                                Optional.ofNullable(row.getTimestamp(3))
                                        .map(moment -> moment.toInstant())))
                .stream()
                .findFirst()
                .orElse(Summary.NONE);
    }

    /**
     * How far a conversation is summarised, and whether a step is at work.
     *
     * @param coolDown for how long a step counts as failed
     */
    public State state(ConversationId conversation, Duration coolDown) {
        return JdbcStatement.of(database, STATE)
                .value((double) coolDown.toSeconds())
                .value(conversation.value())
                .query(row -> {
                    StepClaim step =
                            new StepClaim(
                                    row.getObject(3, UUID.class), row.getTimestamp(4).toInstant());
                    return new State(
                            Optional.ofNullable(row.getString(1)),
                            row.getInt(2),
                            row.getBoolean(5) ? Optional.of(step) : Optional.empty(),
                            row.getBoolean(6),
                            row.getBoolean(7));
                })
                .stream()
                .findFirst()
                .orElse(State.NONE);
    }

    /**
     * Messages that are neither in the summary nor recent, oldest first, each shortened.
     *
     * @param after the position of the last message in the summary
     */
    public List<UnsummarizedMessage> unsummarized(
            ConversationId conversation, int after, Recent recent, int maxMessages, int maxLength) {
        return JdbcStatement.of(database, UNSUMMARIZED)
                .value(conversation.value())
                .value(recent.messages())
                .value(recent.bytes())
                .value(conversation.value())
                .value(conversation.value())
                .value(maxLength)
                .value(maxLength)
                .value(conversation.value())
                .value(after)
                .value(maxMessages)
                .query(row ->
                        new UnsummarizedMessage(
                                MessageRole.of(row.getString(1)),
                                row.getString(2),
                                row.getBoolean(3),
                                row.getInt(4),
                                row.getInt(5),
                                row.getInt(6)));
    }

    /** Claims the next step. The caller has locked the conversation's row and read the state. */
    public void claim(ConversationId conversation, StepClaim step, Duration duration) {
        JdbcStatement.of(database, CLAIM)
                .value(conversation.value())
                .value(step.id())
                .value(step.claimedAt())
                .value((double) duration.toSeconds())
                .execute();
    }

    /**
     * Stores a summary and ends its step. Repeated, it changes nothing.
     *
     * @param messages how many further messages are in the summary
     * @param through the position of the last of these messages
     * @return false if the claim does not stand any more: nothing was stored
     */
    public boolean store(
            ConversationId conversation,
            UUID step,
            String content,
            int messages,
            int through,
            Instant now) {
        int stored =
                JdbcStatement.of(database, STORE)
                        .text(content)
                        .value(messages)
                        .value(through)
                        .value(now)
                        .value(conversation.value())
                        .value(step)
                        .execute();
        return stored == 1 || isStored(conversation, step);
    }

    /** Whether the step has stored its summary, and no other step was claimed since. */
    public boolean isStored(ConversationId conversation, UUID step) {
        return !JdbcStatement.of(
                        database,
                        """
                        select 1 from conversation_summaries
                        where conversation_id = ? and step_id = ? and claimed_until is null and failed_at is null
                        """)
                .value(conversation.value())
                .value(step)
                .query(row -> row.getInt(1))
                .isEmpty();
    }

    /** Ends a step that has failed: the last summary stays. */
    public void release(ConversationId conversation, UUID step) {
        JdbcStatement.of(
                        database,
                        """
                        update conversation_summaries set claimed_until = null, failed_at = now()
                        where conversation_id = ? and step_id = ? and claimed_until is not null
                        """)
                .value(conversation.value())
                .value(step)
                .execute();
    }

    /** Deletes the summary of a conversation: a step that is at work will store nothing. */
    public void remove(ConversationId conversation) {
        JdbcStatement.of(database, "delete from conversation_summaries where conversation_id = ?")
                .value(conversation.value())
                .execute();
    }

    /**
     * Which messages of a conversation are recent: the newest.
     *
     * @param messages how many at most
     * @param bytes messages with so many bytes of newer ones are not recent
     */
    public record Recent(int messages, long bytes) {}

    /** A step that was claimed. */
    public record StepClaim(UUID id, Instant claimedAt) {}

    /**
     * How far a conversation is summarised.
     *
     * @param through the position of the last message in the summary; 0 at first
     * @param unended the latest step, if it has not ended
     * @param isClaimed whether that step is at work; otherwise it is dead
     * @param hasFailed whether the latest step has failed a moment ago
     */
    public record State(
            Optional<String> content,
            int through,
            Optional<StepClaim> unended,
            boolean isClaimed,
            boolean hasFailed) {

        static final State NONE = new State(Optional.empty(), 0, Optional.empty(), false, false);
    }

    /**
     * A message that is not in the summary.
     *
     * @param content the message or its start
     * @param isCut whether it is only the start
     * @param bytes of the whole message in UTF-8
     * @param exchangeEnds the position of the last message of its exchange
     */
    public record UnsummarizedMessage(
            MessageRole role,
            String content,
            boolean isCut,
            int bytes,
            int position,
            int exchangeEnds) {}
}
