package dev.parley.conversation;

import dev.parley.conversation.ConversationStore.HistoryLimits;
import dev.parley.conversation.ConversationStore.TurnReply;
import dev.parley.conversation.ConversationStore.UserMessage;
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

    /** Written and read in one statement: what is written is not seen by what is read. */
    private static final String ASK =
            """
            with those as (
                select * from unnest(?, ?, ?, ?, ?, ?)
                    as those (conversation_id, id, turn_id, position, content, wants_history)),
            counted as (
                update conversations set message_count = those.position, updated_at = ?
                from those where conversations.id = those.conversation_id
                returning conversations.id, conversations.user_id),
            written as (
                insert into messages (id, conversation_id, user_id, turn_id, position, role, content, created_at)
                select those.id, conversation_id, user_id, turn_id, position, 'user', content, ?
                from those join counted on counted.id = conversation_id)
            select those.turn_id as reader, before.turn_id, before.role, before.content, before.position
            from those cross join lateral (
                select turn_id, role, content, position,
                    sum(octet_length(content)) over (order by position desc rows unbounded preceding) as bytes
                from messages where conversation_id = those.conversation_id
                order by position desc limit ? - 1) before
            where those.wants_history and before.bytes + octet_length(those.content) <= ?
            """;

    private static final String ANSWER =
            """
            with those as (
                select * from unnest(?, ?, ?, ?, ?, ?)
                    as those (conversation_id, turn_id, version, messages, reply_id, content)),
            raised as (
                update conversations set version = those.version, message_count = those.messages, updated_at = ?
                from those where conversations.id = those.conversation_id
                returning conversations.id, conversations.user_id)
            insert into messages (id, conversation_id, user_id, turn_id, position, role, content, created_at)
            select reply_id, conversation_id, user_id, turn_id, messages, 'assistant', content, ?
            from those join raised on raised.id = conversation_id where reply_id is not null
            """;

    /**
     * Found first, then put in order: asked for the newest of them, PostgreSQL would rather walk
     * everybody's messages backwards until it has met enough.
     */
    private static final String SEARCH =
            """
            with found as materialized (
                select id from messages
                where user_id = ? and numnode(websearch_to_tsquery('simple', ?)) > 0
                    and (array_to_tsvector(array[user_id::text]) || to_tsvector('simple', left(content, 100000)))
                        @@ (quote_literal(?)::tsquery && websearch_to_tsquery('simple', ?))),
            page as materialized (
                select id from found where id < ? order by id desc limit ?)
            select id, turn_id, position, role, content, created_at, conversation_id
            from page join messages using (id) order by id desc
            """;

    private static final String BEFORE =
            """
            select turn_id, role, content, position from (
                select message.turn_id, message.role, message.content, message.position, asked.content as question,
                    sum(octet_length(message.content)) over (order by message.position desc rows unbounded preceding) as bytes
                from messages asked join messages message on message.conversation_id = asked.conversation_id
                where asked.turn_id = ? and asked.role = 'user' and message.turn_id <> asked.turn_id
                    and (message.role = 'assistant' or message.position < asked.position)
                order by message.position desc limit ? - 1) latest
            where bytes + octet_length(question) <= ?
            union all
            select turn_id, role, content, %d from messages where turn_id = ? and role = 'user'
            """
                    .formatted(Integer.MAX_VALUE);

    Map<UUID, List<HistoryMessage>> appendUserMessages(
            List<UserMessage> userMessages, HistoryLimits limits, Instant now) {
        Map<UUID, List<HistoryRow>> before = new HashMap<>();
        JdbcStatement.of(getEntityManager(), ASK)
                .uuids(userMessages, asked -> asked.conversation().value())
                .uuids(userMessages, asked -> asked.id().value())
                .uuids(userMessages, UserMessage::turnId)
                .ints(userMessages, UserMessage::position)
                .texts(userMessages, UserMessage::content)
                .booleans(userMessages, UserMessage::wantsHistory)
                .value(now)
                .value(now)
                .value(limits.messages())
                .value(limits.bytes())
                .query(row ->
                        before.computeIfAbsent(
                                        row.getObject(1, UUID.class),
                                        reader -> new ArrayList<>(limits.messages()))
                                .add(line(row, 2)));
        Map<UUID, List<HistoryMessage>> histories = new HashMap<>();
        for (UserMessage asked : userMessages) {
            if (asked.wantsHistory()) {
                List<HistoryMessage> history =
                        turnByTurn(before.getOrDefault(asked.turnId(), List.of()));
                history.add(new HistoryMessage(MessageRole.USER, asked.content()));
                histories.put(asked.turnId(), history);
            }
        }
        return histories;
    }

    void appendReplies(List<TurnReply> turnReplies, Instant now) {
        JdbcStatement.of(getEntityManager(), ANSWER)
                .uuids(turnReplies, answered -> answered.conversation().value())
                .uuids(turnReplies, TurnReply::turnId)
                .longs(turnReplies, TurnReply::version)
                .ints(turnReplies, TurnReply::messages)
                .uuids(
                        turnReplies,
                        answered -> answered.reply() == null ? null : answered.reply().id().value())
                .texts(
                        turnReplies,
                        answered -> answered.reply() == null ? null : answered.reply().content())
                .value(now)
                .value(now)
                .execute();
    }

    List<HistoryMessage> historyOf(UUID turnId, HistoryLimits limits) {
        return turnByTurn(
                JdbcStatement.of(getEntityManager(), BEFORE)
                        .value(turnId)
                        .value(limits.messages())
                        .value(limits.bytes())
                        .value(turnId)
                        .query(row -> line(row, 1)));
    }

    List<StoredMessage> after(ConversationId conversation, int position, int most) {
        return find(
                        "conversationId = ?1 and position > ?2",
                        Sort.ascending("position"),
                        conversation.value(),
                        position)
                .page(0, most)
                .stream()
                .map(Message::stored)
                .toList();
    }

    List<StoredMessage> historyOf(ConversationId conversation, int position, int most) {
        return find(
                        "conversationId = ?1 and position < ?2",
                        Sort.descending("position"),
                        conversation.value(),
                        position)
                .page(0, most)
                .stream()
                .map(Message::stored)
                .toList();
    }

    /** A user's own messages, and the replies to them, with those words in them; newest first. */
    List<SearchHit> search(UserId user, String words, MessageId before, int most) {
        return JdbcStatement.of(getEntityManager(), SEARCH)
                .value(user.value())
                .value(words)
                .value(user.toString())
                .value(words)
                .value(before.value())
                .value(most)
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
                        "id = ?1 and userId = ?2 and role = ?3",
                        id.value(),
                        user.value(),
                        MessageRole.ASSISTANT.text())
                == 1;
    }

    Map<MessageId, StoredMessage> among(Collection<MessageId> ids) {
        return list("id in ?1", ids.stream().map(MessageId::value).toList()).stream()
                .map(Message::stored)
                .collect(Collectors.toMap(StoredMessage::id, message -> message));
    }

    Optional<StoredMessage> withId(MessageId id) {
        return findByIdOptional(id.value()).map(Message::stored);
    }

    /**
     * Turn by turn as they were asked for, each message before its reply: a message that came while
     * another turn ran is answered after it. A reply whose message is too far back comes first.
     */
    private static List<HistoryMessage> turnByTurn(List<HistoryRow> lines) {
        Map<UUID, List<HistoryMessage>> turns = new LinkedHashMap<>();
        lines.stream()
                .sorted(Comparator.comparingInt(HistoryRow::position))
                .forEach(line ->
                        turns.computeIfAbsent(line.turnId(), turn -> new ArrayList<>(2))
                                .add(line.said()));
        List<HistoryMessage> all = new ArrayList<>(lines.size() + 1);
        turns.values().stream()
                .sorted(Comparator.comparing(turn -> turn.getFirst().role() == MessageRole.USER))
                .forEach(all::addAll);
        return all;
    }

    private static HistoryRow line(ResultSet row, int from) throws SQLException {
        return new HistoryRow(
                row.getObject(from, UUID.class),
                new HistoryMessage(
                        MessageRole.of(row.getString(from + 1)), row.getString(from + 2)),
                row.getInt(from + 3));
    }

    private record HistoryRow(UUID turnId, HistoryMessage said, int position) {}
}
