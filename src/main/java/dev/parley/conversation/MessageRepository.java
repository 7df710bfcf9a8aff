package dev.parley.conversation;

import dev.parley.agent.SummaryConfig;
import dev.parley.conversation.ConversationStore.HistoryLimits;
import dev.parley.conversation.ConversationStore.TurnReply;
import dev.parley.conversation.ConversationStore.UserMessage;
import dev.parley.platform.database.sql.CommitOutcomeUnknown;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** All messages of all conversations. */
@ApplicationScoped
class MessageRepository implements PanacheRepositoryBase<Message, UUID> {

    /** Inserts and reads in one statement: the read part does not see the inserted messages. */
    private static final String APPEND_USER_MESSAGES =
            """
            with input as (
                select * from unnest(?, ?, ?, ?, ?, ?)
                    as input (conversation_id, id, turn_id, position, content, wants_history)),
            counted as (
                update conversations set message_count = input.position, updated_at = ?
                from input where conversations.id = input.conversation_id
                returning conversations.id, conversations.user_id),
            written as (
                insert into messages (id, conversation_id, user_id, turn_id, position, role, content, created_at)
                select input.id, conversation_id, user_id, turn_id, position, 'user', content, ?
                from input join counted on counted.id = conversation_id)
            select input.turn_id as reader_turn_id, before.turn_id, before.role, before.content, before.position, before.joined
            from input cross join lateral (
                select coalesce(answered_by, turn_id) as turn_id, role, content, position, answered_by is not null as joined,
                    sum(octet_length(content)) over (order by position desc rows unbounded preceding) as bytes
                from messages where conversation_id = input.conversation_id
                order by position desc limit ? - 1) before
            where input.wants_history and before.bytes + octet_length(input.content) <= ?
            """;

    /** The summary of each conversation as one more row, whose role is no author's. */
    private static final String WITH_SUMMARIES =
            """
            union all
            select input.turn_id, input.turn_id, 'summary', summary.content, 0, false
            from input join conversation_summaries summary using (conversation_id)
            where input.wants_history and summary.content is not null
            """;

    private static final String APPEND_REPLIES =
            """
            with input as (
                select * from unnest(?, ?, ?, ?, ?, ?)
                    as input (conversation_id, turn_id, version, messages, reply_id, content)),
            updated as (
                update conversations set version = input.version, message_count = input.messages, updated_at = ?
                from input where conversations.id = input.conversation_id
                returning conversations.id, conversations.user_id)
            insert into messages (id, conversation_id, user_id, turn_id, position, role, content, created_at)
            select reply_id, conversation_id, user_id, turn_id, messages, 'assistant', content, ?
            from input join updated on updated.id = conversation_id where reply_id is not null
            """;

    /**
     * Finds all matches first, then sorts them. With a plain {@code order by ... limit}, PostgreSQL
     * would scan the messages of all users backwards until it has enough matches.
     */
    private static final String SEARCH =
            """
            with found as materialized (
                select id from messages
                where user_id = ? and exists (
                        select from conversations where conversations.id = conversation_id and conversations.user_id = messages.user_id)
                    and numnode(websearch_to_tsquery('simple', ?)) > 0
                    and (array_to_tsvector(array[user_id::text]) || to_tsvector('simple', left(content, 100000)))
                        @@ (quote_literal(?)::tsquery && websearch_to_tsquery('simple', ?))),
            page as materialized (
                select id from found where id < ? order by id desc limit ?)
            select id, turn_id, position, role, content, created_at, conversation_id
            from page join messages using (id) order by id desc
            """;

    /**
     * Reads the messages backwards from the newest by the index of their order, and stops at the
     * limit. As a plain join, PostgreSQL would read the whole conversation and sort it.
     */
    private static final String HISTORY =
            """
            with user_message as materialized (
                select turn_id, conversation_id, role, content, position from messages where turn_id = ? and role = 'user')
            select before.turn_id, before.role, before.content, before.position, before.joined
            from user_message cross join lateral (
                select coalesce(answered_by, turn_id) as turn_id, role, content, position, answered_by is not null as joined,
                    sum(octet_length(content)) over (order by position desc rows unbounded preceding) as bytes
                from messages where conversation_id = user_message.conversation_id and turn_id <> user_message.turn_id
                    and (role = 'assistant' or position < user_message.position or answered_by <> user_message.turn_id)
                order by position desc limit ? - 1) before
            where before.bytes + octet_length(user_message.content) <= ?
            union all
            select turn_id, role, content, %d, false from user_message
            """
                    .formatted(Integer.MAX_VALUE);

    private static final String WITH_SUMMARY =
            """
            union all
            select user_message.turn_id, 'summary', summary.content, 0, false
            from user_message join conversation_summaries summary using (conversation_id)
            where summary.content is not null
            """;

    private static final String SUMMARY = "summary";

    private final boolean hasSummaries;

    MessageRepository(SummaryConfig summaries) {
        this.hasSummaries = summaries.mode() != SummaryConfig.Mode.OFF;
    }

    Map<UUID, History> appendUserMessagesAndCommit(
            List<UserMessage> userMessages, HistoryLimits limits, Instant now) {
        Map<UUID, List<HistoryRow>> earlierRows = new HashMap<>();
        JdbcStatement.of(
                        getEntityManager(),
                        hasSummaries ? APPEND_USER_MESSAGES + WITH_SUMMARIES : APPEND_USER_MESSAGES)
                .uuids(userMessages, message -> message.conversation().value())
                .uuids(userMessages, message -> message.id().value())
                .uuids(userMessages, UserMessage::turnId)
                .ints(userMessages, UserMessage::position)
                .texts(userMessages, UserMessage::content)
                .booleans(userMessages, UserMessage::wantsHistory)
                .value(now)
                .value(now)
                .value(limits.messages())
                .value(limits.bytes())
                .thenCommit()
                .query(row ->
                        earlierRows
                                .computeIfAbsent(
                                        row.getObject(1, UUID.class),
                                        ignored -> new ArrayList<>(limits.messages()))
                                .add(historyRow(row, 2)));
        return CommitOutcomeUnknown.onFailure(() -> histories(userMessages, earlierRows));
    }

    private static Map<UUID, History> histories(
            List<UserMessage> userMessages, Map<UUID, List<HistoryRow>> earlierRows) {
        Map<UUID, History> histories = new HashMap<>();
        for (UserMessage message : userMessages) {
            if (message.wantsHistory()) {
                List<HistoryRow> rows = earlierRows.getOrDefault(message.turnId(), List.of());
                List<HistoryMessage> history = wholeExchanges(rows);
                history.add(new HistoryMessage(MessageRole.USER, message.content()));
                histories.put(message.turnId(), new History(summary(rows), history));
            }
        }
        return histories;
    }

    void appendReplies(List<TurnReply> turnReplies, Instant now) {
        appendingReplies(turnReplies, now).execute();
    }

    void appendRepliesAndCommit(List<TurnReply> turnReplies, Instant now) {
        appendingReplies(turnReplies, now).thenCommit().execute();
    }

    private JdbcStatement appendingReplies(List<TurnReply> turnReplies, Instant now) {
        return JdbcStatement.of(getEntityManager(), APPEND_REPLIES)
                .uuids(turnReplies, turnReply -> turnReply.conversation().value())
                .uuids(turnReplies, TurnReply::turnId)
                .longs(turnReplies, TurnReply::version)
                .ints(turnReplies, TurnReply::messages)
                .uuids(
                        turnReplies,
                        turnReply ->
                                turnReply.reply() == null ? null : turnReply.reply().id().value())
                .texts(
                        turnReplies,
                        turnReply -> turnReply.reply() == null ? null : turnReply.reply().content())
                .value(now)
                .value(now);
    }

    History historyOf(UUID turnId, HistoryLimits limits) {
        List<HistoryRow> rows =
                JdbcStatement.of(
                                getEntityManager(), hasSummaries ? HISTORY + WITH_SUMMARY : HISTORY)
                        .value(turnId)
                        .value(limits.messages())
                        .value(limits.bytes())
                        .query(row -> historyRow(row, 1));
        return new History(summary(rows), wholeExchanges(rows));
    }

    private static Optional<String> summary(List<HistoryRow> rows) {
        return rows.stream()
                .filter(row -> row.role().equals(SUMMARY))
                .map(HistoryRow::content)
                .findFirst();
    }

    Optional<String> userMessage(UUID turnId) {
        return find("turnId = ?1 and role = ?2", turnId, MessageRole.USER.text())
                .firstResultOptional()
                .map(message -> message.content);
    }

    void editUserMessage(UUID turnId, String content) {
        JdbcStatement.of(
                        getEntityManager(),
                        "update messages set content = ? where turn_id = ? and role = 'user'")
                .text(content)
                .value(turnId)
                .execute();
    }

    void removeUserMessage(UUID turnId) {
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        with removed as (
                            delete from messages where turn_id = ? and role = 'user' returning conversation_id)
                        update conversations set removed_messages = removed_messages + 1
                        from removed where conversations.id = removed.conversation_id
                        """)
                .value(turnId)
                .execute();
    }

    List<StoredMessage> findAfter(ConversationId conversation, int position, int limit) {
        return find(
                        "conversationId = ?1 and position > ?2",
                        Sort.ascending("position"),
                        conversation.value(),
                        position)
                .page(0, limit)
                .stream()
                .map(Message::stored)
                .toList();
    }

    List<StoredMessage> findBefore(ConversationId conversation, int position, int limit) {
        return find(
                        "conversationId = ?1 and position < ?2",
                        Sort.descending("position"),
                        conversation.value(),
                        position)
                .page(0, limit)
                .stream()
                .map(Message::stored)
                .toList();
    }

    /** A user's own messages, and the replies to them, that match the words; newest first. */
    List<SearchHit> search(UserId user, String words, MessageId before, int limit) {
        return JdbcStatement.of(getEntityManager(), SEARCH)
                .value(user.value())
                .value(words)
                .value(user.toString())
                .value(words)
                .value(before.value())
                .value(limit)
                .query(row ->
                        new SearchHit(
                                new ConversationId(row.getObject(7, UUID.class)),
                                new StoredMessage(
                                        new MessageId(row.getObject(1, UUID.class)),
                                        row.getObject(2, UUID.class),
                                        row.getInt(3),
                                        MessageRole.of(row.getString(4)),
                                        row.getString(5),
                                        row.getTimestamp(6).toInstant())));
    }

    boolean isReplyTo(UserId user, MessageId id) {
        return count(
                        "id = ?1 and userId = ?2 and role = ?3 and exists (select 1 from"
                                + " Conversation c where c.id = conversationId and c.userId = ?2)",
                        id.value(),
                        user.value(),
                        MessageRole.ASSISTANT.text())
                == 1;
    }

    int deleteBatch(ConversationId conversation, int max) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        delete from messages where id = any (array(
                            select id from messages where conversation_id = ? limit ?))
                        """)
                .value(conversation.value())
                .value(max)
                .execute();
    }

    Map<MessageId, StoredMessage> findByIds(Collection<MessageId> ids) {
        return list("id in ?1", ids.stream().map(MessageId::value).toList()).stream()
                .map(Message::stored)
                .collect(Collectors.toMap(StoredMessage::id, message -> message));
    }

    Optional<StoredMessage> findMessage(MessageId id) {
        return findByIdOptional(id.value()).map(Message::stored);
    }

    /**
     * Sorts by turn, in the order of the users' messages, each message before its reply. A message
     * that came while another turn ran is placed after the reply of that turn, unless that reply
     * answers it. A reply of which a message is outside of the limits is left out with its other
     * messages: a history begins at a whole exchange, and this is the one place that sees to it. An
     * agent's model may leave out more, whole exchanges only.
     */
    private static List<HistoryMessage> wholeExchanges(List<HistoryRow> rows) {
        Map<UUID, List<HistoryRow>> turns = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> !row.role().equals(SUMMARY))
                .sorted(Comparator.comparingInt(HistoryRow::position))
                .forEach(historyRow ->
                        turns.computeIfAbsent(historyRow.turnId(), ignored -> new ArrayList<>(2))
                                .add(historyRow));
        List<HistoryMessage> messages = new ArrayList<>(rows.size() + 1);
        turns.values().stream()
                .filter(turn -> turn.getFirst().beginsTurn())
                .flatMap(List::stream)
                .map(HistoryRow::message)
                .forEach(messages::add);
        return messages;
    }

    private static HistoryRow historyRow(ResultSet row, int firstColumn) throws SQLException {
        return new HistoryRow(
                row.getObject(firstColumn, UUID.class),
                row.getString(firstColumn + 1),
                row.getString(firstColumn + 2),
                row.getInt(firstColumn + 3),
                row.getBoolean(firstColumn + 4));
    }

    /**
     * A message, or the summary of the conversation.
     *
     * @param turnId the turn that answers the message
     * @param hasJoined whether that is another turn than the message's own
     */
    private record HistoryRow(
            UUID turnId, String role, String content, int position, boolean hasJoined) {

        HistoryMessage message() {
            return new HistoryMessage(MessageRole.of(role), content);
        }

        boolean beginsTurn() {
            return MessageRole.of(role) == MessageRole.USER && !hasJoined;
        }
    }
}
