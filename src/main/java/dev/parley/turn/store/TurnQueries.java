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

/** Reads the turns of a user; nobody else's can be seen through it. */
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
     * @throws TurnNotFound where the user has no such turn
     */
    @Transactional
    public TurnRecord read(UserId user, TurnId id) {
        Turn turn = turns.of(user, id).orElseThrow(() -> new TurnNotFound(id));
        return turn.record(reply(turn));
    }

    /**
     * All that the ledger has of a turn.
     *
     * @throws TurnNotFound where the user has no such turn
     */
    @Transactional
    public TurnSnapshot snapshot(UserId user, TurnId id) {
        Turn turn = turns.of(user, id).orElseThrow(() -> new TurnNotFound(id));
        return turn.snapshot(reply(turn));
    }

    /** The same of many turns, of whichever users, for callers that already follow them. */
    @Transactional
    public List<TurnSnapshot> snapshots(Collection<TurnId> ids) {
        return turns.among(ids).stream().map(turn -> turn.snapshot(reply(turn))).toList();
    }

    /**
     * The turns of a conversation, in the order of their messages.
     *
     * @param place only those behind it, or, backwards, before it
     * @throws ConversationNotFound where the user has no such conversation
     */
    @Transactional
    public List<InConversation> in(
            UserId user, ConversationId conversation, int place, boolean isBackwards, int most) {
        if (conversations.existing(List.of(new ConversationRef(conversation, user))).isEmpty()) {
            throw new ConversationNotFound(conversation);
        }
        List<TurnRepository.Placement> places = turns.in(conversation, place, isBackwards, most);
        Map<TurnId, Turn> rows =
                turns.among(places.stream().map(TurnRepository.Placement::id).toList()).stream()
                        .collect(Collectors.toMap(row -> new TurnId(row.id), row -> row));
        Map<MessageId, StoredMessage> replies =
                conversations.messages(
                        rows.values().stream().flatMap(row -> row.reply().stream()).toList());
        return places.stream()
                .flatMap(placement ->
                        Optional.ofNullable(rows.get(placement.id())).stream()
                                .map(row ->
                                        new InConversation(
                                                row.record(reply(row, replies)),
                                                placement.place())))
                .toList();
    }

    /**
     * A turn, and where it stands in its conversation.
     *
     * @param place of its message
     */
    public record InConversation(TurnRecord turn, int place) {}

    /**
     * How many turns the user began today (UTC), and how many run now: both are among those of the
     * last day, so that nobody's thousands of older ones are looked at.
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

    /** Turns begun since midnight UTC, and running now. */
    public record TurnCounts(long today, long running) {}
}
