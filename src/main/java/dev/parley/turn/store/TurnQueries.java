package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.conversation.ConversationStore;
import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.conversation.MessageId;
import dev.parley.conversation.StoredMessage;
import dev.parley.platform.database.sql.CombinedQuery;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnSnapshot;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the turns of a user. Turns of other users are not found. */
@ApplicationScoped
public class TurnQueries {

    private final TurnRepository turns;
    private final ConversationStore conversations;
    private final Clock clock;

    TurnQueries(TurnRepository turns, ConversationStore conversations, Clock clock) {
        this.turns = turns;
        this.conversations = conversations;
        this.clock = clock;
    }

    /**
     * @throws TurnNotFound if the user has no such turn
     */
    @Transactional
    public TurnRecord read(UserId user, TurnId id) {
        Turn turn = readOwned(user, id);
        return turn.record(reply(turn));
    }

    /**
     * Everything that is stored of a turn.
     *
     * @throws TurnNotFound if the user has no such turn
     */
    @Transactional
    public TurnSnapshot snapshot(UserId user, TurnId id) {
        Turn turn = readOwned(user, id);
        return turn.snapshot(reply(turn));
    }

    /**
     * Snapshots of turns of any users, for callers that already follow the turns; turns that do not
     * exist are left out.
     */
    @Transactional
    public List<TurnSnapshot> snapshots(Collection<TurnId> ids) {
        return turns.among(ids).stream().map(turn -> turn.snapshot(reply(turn))).toList();
    }

    /**
     * The turns of a conversation, in the order of their messages.
     *
     * @param position exclusive: only turns after it, or, if {@code isBackwards}, before it
     * @param max how many turns to read at most
     * @throws ConversationNotFound if the user has no such conversation
     */
    @Transactional
    public List<InConversation> in(
            UserId user, ConversationId conversation, int position, boolean isBackwards, int max) {
        if (conversations.existing(List.of(new ConversationRef(conversation, user))).isEmpty()) {
            throw new ConversationNotFound(conversation);
        }
        List<TurnRepository.Placement> positions =
                turns.in(conversation, position, isBackwards, max);
        Map<TurnId, Turn> rows =
                turns.among(positions.stream().map(TurnRepository.Placement::id).toList()).stream()
                        .collect(Collectors.toMap(row -> new TurnId(row.id), row -> row));
        Map<MessageId, StoredMessage> replies =
                conversations.messages(
                        rows.values().stream().flatMap(row -> row.reply().stream()).toList());
        return positions.stream()
                .flatMap(placement ->
                        Optional.ofNullable(rows.get(placement.id())).stream()
                                .map(row ->
                                        new InConversation(
                                                row.record(reply(row, replies)),
                                                placement.position())))
                .toList();
    }

    /**
     * A turn, and its position in its conversation.
     *
     * @param position position of the turn's message
     */
    public record InConversation(TurnRecord turn, int position) {}

    /**
     * Counts the turns that the user started today (UTC), and the turns that run now. The query
     * reads only turns of the last 24 hours, so that a user's thousands of older turns are not
     * read.
     */
    public CombinedQuery.SubQuery<TurnCounts> counts(UserId user) {
        Instant now = clock.instant();
        return new CombinedQuery.SubQuery<>(
                """
                select count(*) filter (where started_at >= ?), count(*) filter (where status = 'running')
                from turns where user_id = ? and started_at > ?
                """,
                List.of(
                        now.atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS),
                        user.value(),
                        now.atOffset(ZoneOffset.UTC).minusDays(1)),
                2,
                (row, first) -> new TurnCounts(row.getLong(first), row.getLong(first + 1)));
    }

    /** A turn whose conversation is being deleted is not found. */
    private Turn readOwned(UserId user, TurnId id) {
        return turns.of(user, id)
                .filter(turn -> !turn.status.hasEnded() || conversationExists(turn))
                .orElseThrow(() -> new TurnNotFound(id));
    }

    /** Not asked for turns that have not ended: their conversation cannot be deleted. */
    private boolean conversationExists(Turn turn) {
        ConversationRef conversation =
                new ConversationRef(new ConversationId(turn.conversationId), turn.user());
        return !conversations.existing(List.of(conversation)).isEmpty();
    }

    private static Optional<TurnRecord.Reply> reply(
            Turn turn, Map<MessageId, StoredMessage> replies) {
        return turn.reply()
                .flatMap(id -> Optional.ofNullable(replies.get(id)))
                .map(message -> new TurnRecord.Reply(message.id(), message.content()));
    }

    private Optional<TurnRecord.Reply> reply(Turn turn) {
        return turn.reply()
                .flatMap(conversations::message)
                .map(message -> new TurnRecord.Reply(message.id(), message.content()));
    }

    /** Turns started since midnight UTC, and turns that run now. */
    public record TurnCounts(long today, long running) {}
}
