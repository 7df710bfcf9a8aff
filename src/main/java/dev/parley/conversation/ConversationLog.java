package dev.parley.conversation;

import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Writes conversations down, message by message, as a part of the transactions that open and settle
 * a turn.
 *
 * <p>A message comes in two moves, since its turn's row has to stand between them: first its place
 * in the conversation is taken, then it is put there.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class ConversationLog {

    private final Conversations conversations;
    private final Messages messages;

    ConversationLog(Conversations conversations, Messages messages) {
        this.conversations = conversations;
        this.messages = messages;
    }

    /** Begins a conversation, titled from its first message. */
    public Placed begin(UserId user, String firstMessage, String agentType, Instant now) {
        ConversationId id = ConversationId.next();
        conversations.persist(new Conversation(id, user, Title.from(firstMessage), agentType, now));
        conversations.flush();
        return new Placed(id, agentType, 1, 0);
    }

    /**
     * Goes on with a conversation; holds its row until the transaction ends.
     *
     * @throws ConversationNotFound where the user has no such conversation
     */
    public Placed proceed(UserId user, ConversationId id, Instant now) {
        return conversations
                .takePlace(user, id, now)
                .map(place -> placed(id, place))
                .orElseThrow(() -> new ConversationNotFound(id));
    }

    /** Puts a message in its place. */
    public StoredMessage write(
            Placed placed, MessageId id, UUID turnId, Role role, String content, Instant now) {
        StoredMessage message =
                new StoredMessage(id, turnId, placed.position(), role, content, now);
        messages.append(placed.conversation(), message);
        return message;
    }

    /**
     * Raises the version since a turn has ended, and takes a place for its reply where it has one.
     */
    public Placed ended(UserId user, ConversationId id, boolean withReply, Instant now) {
        return conversations
                .raiseVersion(user, id, withReply, now)
                .map(place -> placed(id, place))
                .orElseThrow(() -> new ConversationNotFound(id));
    }

    /**
     * Holds the conversations' rows until the transaction ends, in one order for all who do so, and
     * passes over those that somebody else holds.
     *
     * @return those that are held now
     */
    public Set<ConversationId> holdFree(Collection<ConversationId> ids) {
        return conversations.holdFree(ids);
    }

    /** Holds the conversation's row until the transaction ends. */
    public void hold(ConversationId id) {
        conversations.hold(id);
    }

    /** Raises the version of each by one, since a turn without a reply has ended in it. */
    public Map<ConversationId, Long> ended(Collection<ConversationId> ids, Instant now) {
        return conversations.raiseVersions(ids, now);
    }

    /**
     * The latest messages, turn by turn as they were asked for, each message before its reply:
     * whoever writes while another turn runs is answered after it.
     *
     * @param without turns of which the messages are not to be seen yet
     */
    public List<StoredMessage> latest(ConversationId id, int most, Set<UUID> without) {
        Map<UUID, List<StoredMessage>> turns = new LinkedHashMap<>();
        messages.latest(id, most, without)
                .forEach(message ->
                        turns.computeIfAbsent(message.turnId(), turn -> new ArrayList<>(2))
                                .add(message));
        return turns.values().stream().flatMap(List::stream).toList();
    }

    public Optional<StoredMessage> message(MessageId id) {
        return messages.withId(id);
    }

    private static Placed placed(ConversationId id, Conversations.Place place) {
        return new Placed(id, place.agentType(), place.position(), place.version());
    }

    /**
     * A place in a conversation.
     *
     * @param agentType the agent that the conversation was begun with
     * @param position from 1
     * @param version the conversation's, as it now stands
     */
    public record Placed(
            ConversationId conversation, String agentType, int position, long version) {}
}
