package dev.parley.turn.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentStopped;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The events of one turn so far: one text and the offsets of the events in the text, shared by all
 * subscribers. A subscriber is only notified that there are new events, and reads the events when
 * it is ready: a slow subscriber costs no memory and delays only itself. Thread-safe.
 */
public final class TurnStream {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final UserId user;
    private final int attempt;
    private final TurnRecord opened;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closed = lock.newCondition();
    private final List<Runnable> subscribers = new ArrayList<>(1);
    private final StringBuilder text = new StringBuilder(0);
    private EventOffsets offsets = new EventOffsets();
    private boolean sealed;
    private @Nullable TurnRecord waiting;
    private @Nullable TurnRecord ending;
    private boolean offsetsLost;
    private @Nullable DetachReason detachReason;

    public TurnStream(UserId user, TurnRecord opened, int attempt) {
        this.user = user;
        this.opened = opened;
        this.attempt = attempt;
    }

    /**
     * The stream of a turn that does not run here: empty, to be filled with remote events; of a
     * turn that waits for a person, with the events so far.
     */
    public static TurnStream mirrored(TurnSnapshot turn) {
        TurnStream stream = new TurnStream(turn.user(), turn.record().asOpened(), turn.attempt());
        if (turn.record().isWaiting()) {
            stream.load(turn);
            stream.waiting = turn.record();
        }
        return stream;
    }

    /** The complete stream of a turn that has ended. */
    public static TurnStream replayed(TurnSnapshot turn) {
        TurnStream stream = mirrored(turn);
        stream.complete(turn);
        return stream;
    }

    public TurnId id() {
        return opened.id();
    }

    public ConversationId conversation() {
        return opened.conversation();
    }

    public UserId user() {
        return user;
    }

    public int attempt() {
        return attempt;
    }

    /** Accepts no more events from the agent: the transcript is about to be stored. */
    public void seal() {
        lock.lock();
        try {
            sealed = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Appends a piece of the reply.
     *
     * @param delta text that PostgreSQL can store
     * @throws AgentStopped if the stream is sealed, since the turn ends without waiting for its
     *     agent
     */
    public void append(String delta) {
        change(() -> {
            requireOpen();
            text.append(delta);
            offsets.appendText(text.length());
        });
    }

    public void appendToolEvent(AgentEvent tool) {
        change(() -> {
            requireOpen();
            offsets.appendToolEvent(tool);
        });
    }

    private void requireOpen() {
        if (sealed) {
            throw new AgentStopped();
        }
    }

    /** Ends the stream with the turn's ending, which must be committed. */
    public void end(TurnRecord record) {
        change(() -> {
            ending = record;
            closed.signalAll();
        });
    }

    /** Ends this stream, although the turn is not known to have ended. */
    public void detach(DetachReason reason) {
        change(() -> {
            detachReason = reason;
            closed.signalAll();
        });
    }

    /**
     * Appends a piece of text that the turn's runner sent; its offsets follow.
     *
     * @return false if text before the piece is missing
     */
    public boolean appendRemoteText(int offset, String piece) {
        lock.lock();
        try {
            if (offset > text.length()) {
                return false;
            }
            int known = text.length() - offset;
            if (known < piece.length()) {
                text.append(piece, known, piece.length());
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Appends offsets that the turn's runner sent.
     *
     * @param first the index of the first received offset
     * @return false if text or offsets before the received offsets are missing
     */
    public boolean appendRemoteOffsets(int first, JsonNode received) {
        boolean[] contiguous = {true};
        change(() -> {
            for (int index = first; index < first + received.size() && contiguous[0]; index++) {
                JsonNode encoded = received.get(index - first);
                boolean isNext = index == offsets.count();
                if (isNext && offsets.end() + encoded.asInt(0) <= text.length()) {
                    offsets.decode(encoded);
                } else if (isNext || index > offsets.count()) {
                    contiguous[0] = false;
                }
            }
        });
        return contiguous[0];
    }

    /** Completes the stream from the stored turn, and ends it. */
    public void complete(TurnSnapshot turn) {
        change(() -> {
            if (ending != null) {
                return;
            }
            load(turn);
            ending = turn.record();
            closed.signalAll();
        });
    }

    private void load(TurnSnapshot turn) {
        if (turn.attempt() == attempt && turn.eventOffsets().isPresent()) {
            text.setLength(0);
            text.append(turn.partialReply());
            offsets = new EventOffsets();
            parseOffsets(turn.eventOffsets().get()).forEach(offsets::decode);
        } else {
            offsetsLost = true;
        }
    }

    /** The turn as it waits for a person; empty if it ran or was queued when this was made. */
    public Optional<TurnRecord> waiting() {
        return Optional.ofNullable(waiting);
    }

    /**
     * The next event after this number.
     *
     * @param number the number of the last event that the subscriber saw; 0 for none
     * @return empty if there is no newer event, or the subscriber saw the turn's last event
     */
    public Optional<StreamEvent> nextAfter(long number) {
        lock.lock();
        try {
            long seen = number - firstNumber();
            if (seen < 0) {
                return Optional.of(new StreamEvent.Opened(firstNumber(), opened));
            }
            if (seen < offsets.count()) {
                return Optional.of(event((int) seen));
            }
            return ending != null && number < lastNumber()
                    ? Optional.of(new StreamEvent.Ended(lastNumber(), ending))
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether no event will follow this number. */
    public boolean isOver(long number) {
        lock.lock();
        try {
            return detachReason != null || (ending != null && number >= lastNumber());
        } finally {
            lock.unlock();
        }
    }

    /** Why this stream was detached; empty if it was not. */
    public Optional<DetachReason> detachReason() {
        lock.lock();
        try {
            return Optional.ofNullable(detachReason);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Subscribes a listener, which is called whenever there are new events, and at once by this
     * method. The listener must return quickly.
     */
    public Subscription subscribe(Runnable listener) {
        lock.lock();
        try {
            subscribers.add(listener);
        } finally {
            lock.unlock();
        }
        listener.run();
        return () -> {
            lock.lock();
            try {
                subscribers.remove(listener);
            } finally {
                lock.unlock();
            }
        };
    }

    public boolean hasSubscribers() {
        lock.lock();
        try {
            return !subscribers.isEmpty() || lock.hasWaiters(closed);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the turn has ended or the stream is detached.
     *
     * @return empty if the timeout elapsed, the thread was interrupted, or the stream was detached
     *     (see {@link #detachReason()})
     */
    public Optional<TurnRecord> await(Duration timeout) {
        lock.lock();
        try {
            long remaining = timeout.toNanos();
            while (ending == null && detachReason == null && remaining > 0) {
                remaining = closed.awaitNanos(remaining);
            }
            return Optional.ofNullable(ending);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The number of events so far, without the first and the last event. */
    public int eventCount() {
        lock.lock();
        try {
            return offsets.count();
        } finally {
            lock.unlock();
        }
    }

    /** Length of the text so far, in characters. */
    public int length() {
        lock.lock();
        try {
            return text.length();
        } finally {
            lock.unlock();
        }
    }

    /** A part of the text, from inclusive, to exclusive. */
    public String text(int from, int to) {
        lock.lock();
        try {
            return text.substring(from, to);
        } finally {
            lock.unlock();
        }
    }

    /** The encoded offsets of some events, for another replica; from inclusive, to exclusive. */
    public JsonNode encodedOffsets(int from, int to) {
        lock.lock();
        try {
            return offsets.encode(from, to);
        } finally {
            lock.unlock();
        }
    }

    /** The length of the text up to and including an event, in characters; the first index is 0. */
    public int textEnd(int index) {
        lock.lock();
        try {
            return offsets.end(index);
        } finally {
            lock.unlock();
        }
    }

    public boolean hasEnded() {
        lock.lock();
        try {
            return ending != null;
        } finally {
            lock.unlock();
        }
    }

    public Transcript transcript() {
        return transcript(List.of());
    }

    /**
     * The transcript with events that nobody may see before the transcript is stored.
     *
     * @param unseen tool events after all others
     */
    public Transcript transcript(List<? extends AgentEvent> unseen) {
        lock.lock();
        try {
            ArrayNode encoded = offsets.encode(0, offsets.count());
            unseen.forEach(event -> encoded.add(EventOffsets.encodeShortened(event)));
            return new Transcript(text.toString(), encoded.toString());
        } finally {
            lock.unlock();
        }
    }

    private StreamEvent event(int index) {
        Optional<AgentEvent> tool = offsets.toolEvent(index);
        if (tool.isEmpty()) {
            int last = offsets.lastDelta(index);
            return new StreamEvent.Delta(
                    number(last), text.substring(offsets.end(index - 1), offsets.end(last)));
        }
        return switch (tool.get()) {
            case AgentEvent.ToolCalled called ->
                    new StreamEvent.ToolCalled(
                            number(index), called.step(), called.name(), called.arguments());
            case AgentEvent.ToolReturned returned ->
                    new StreamEvent.ToolReturned(
                            number(index),
                            returned.step(),
                            returned.name(),
                            returned.ok(),
                            returned.elapsed());
            case AgentEvent.Delegated delegated ->
                    new StreamEvent.Delegated(
                            number(index), delegated.step(), delegated.agent(), delegated.status());
            case AgentEvent.MessageJoined joined ->
                    new StreamEvent.MessageJoined(number(index), joined.turn());
            case AgentEvent.ApprovalAsked asked ->
                    new StreamEvent.ApprovalAsked(number(index), asked);
            case AgentEvent.ApprovalDecided decided ->
                    new StreamEvent.ApprovalDecided(number(index), decided);
            case AgentEvent.ReplyDelta delta -> throw new IllegalStateException("not a tool");
            case AgentEvent.Finished finished -> throw new IllegalStateException("not a tool");
            case AgentEvent.TokensUsed tokens -> throw new IllegalStateException("not a tool");
        };
    }

    private long firstNumber() {
        return (attempt - 1) * StreamEvent.NUMBERS_PER_ATTEMPT + 1;
    }

    private long number(int index) {
        return firstNumber() + 1 + index;
    }

    /** The number of the last event; the highest possible number if the offsets were lost. */
    private long lastNumber() {
        return offsetsLost ? attempt * StreamEvent.NUMBERS_PER_ATTEMPT : number(offsets.count());
    }

    private static JsonNode parseOffsets(String encoded) {
        try {
            return JSON.readTree(encoded);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException(
                    "The stored event offsets of a turn are not JSON", failure);
        }
    }

    private void change(Runnable change) {
        List<Runnable> toNotify;
        lock.lock();
        try {
            change.run();
            toNotify = List.copyOf(subscribers);
        } finally {
            lock.unlock();
        }
        toNotify.forEach(Runnable::run);
    }

    /** A listener's subscription; close it to unsubscribe. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {

        @Override
        void close();
    }

    /** Why a stream ends before its turn is known to have ended. */
    public enum DetachReason {
        /** The turn moved to another replica or to this process: open its stream again. */
        MOVED,
        /** The turn's ending could not be stored in time. */
        UNSETTLED,
        /** This process is shutting down; another replica serves the rest of the stream. */
        STOPPING
    }
}
