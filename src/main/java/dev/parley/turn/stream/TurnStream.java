package dev.parley.turn.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
 * The events of one turn, as far as they have come: one text and the marks in it, however many
 * follow. A follower is only told that there is news, and takes what it has not seen when it is
 * ready: a slow one costs nothing but its own delay.
 */
public final class TurnStream {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final UserId user;
    private final int attempt;
    private final TurnRecord opened;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closed = lock.newCondition();
    private final List<Runnable> followers = new ArrayList<>(1);
    private final StringBuilder text = new StringBuilder(0);
    private EventOffsets marks = new EventOffsets();
    private boolean sealed;
    private @Nullable TurnRecord ending;
    private boolean trailLost;
    private @Nullable DetachReason gone;

    public TurnStream(UserId user, TurnRecord opened, int attempt) {
        this.user = user;
        this.opened = opened;
        this.attempt = attempt;
    }

    /** The stream of a turn that runs elsewhere, to be filled from there. */
    public static TurnStream mirrored(TurnSnapshot turn) {
        return new TurnStream(turn.user(), turn.record().asOpened(), turn.attempt());
    }

    /** The stream of a turn that has ended, as it was. */
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

    /** What was told until now is what the turn has told: it is about to be written down. */
    public void seal() {
        lock.lock();
        try {
            sealed = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A further piece of the reply, fit to be stored.
     *
     * @throws AgentStopped where the turn is being ended without its agent
     */
    public void append(String delta) {
        change(() -> {
            requireOpen();
            text.append(delta);
            marks.appendText(text.length());
        });
    }

    public void appendToolEvent(AgentEvent tool) {
        change(() -> {
            requireOpen();
            marks.appendToolEvent(tool);
        });
    }

    private void requireOpen() {
        if (sealed) {
            throw new AgentStopped();
        }
    }

    /** The turn has ended, and its ending is committed. */
    public void end(TurnRecord record) {
        change(() -> {
            ending = record;
            closed.signalAll();
        });
    }

    /** There is no more to come here, though the turn has not been seen to end. */
    public void detach(DetachReason reason) {
        change(() -> {
            gone = reason;
            closed.signalAll();
        });
    }

    /**
     * Takes a piece of text from the runner, for marks that follow.
     *
     * @return whether it joins on; where it does not, something was missed
     */
    public boolean receive(int offset, String piece) {
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
     * Takes marks from the runner.
     *
     * @param first the index of the first of them
     * @return whether they join on to what is known, text and marks
     */
    public boolean receive(int first, JsonNode received) {
        boolean[] joins = {true};
        change(() -> {
            for (int index = first; index < first + received.size() && joins[0]; index++) {
                JsonNode mark = received.get(index - first);
                boolean isNext = index == marks.count();
                if (isNext && marks.end() + mark.asInt(0) <= text.length()) {
                    marks.decode(mark);
                } else if (isNext || index > marks.count()) {
                    joins[0] = false;
                }
            }
        });
        return joins[0];
    }

    /** Fills up what is missing from what the ledger has, and ends. */
    public void complete(TurnSnapshot turn) {
        change(() -> {
            if (ending != null) {
                return;
            }
            if (turn.attempt() == attempt && turn.eventOffsets().isPresent()) {
                text.setLength(0);
                text.append(turn.partialReply());
                marks = new EventOffsets();
                eventOffsets(turn.eventOffsets().get()).forEach(marks::decode);
            } else {
                trailLost = true;
            }
            ending = turn.record();
            closed.signalAll();
        });
    }

    /**
     * The next event behind this number.
     *
     * @param number of the last event that was seen; 0 for none
     * @return empty where nothing has happened since, or the turn's last event was seen
     */
    public Optional<StreamEvent> nextAfter(long number) {
        lock.lock();
        try {
            long seen = number - firstNumber();
            if (seen < 0) {
                return Optional.of(new StreamEvent.Opened(firstNumber(), opened));
            }
            if (seen < marks.count()) {
                return Optional.of(event((int) seen));
            }
            return ending != null && number < lastNumber()
                    ? Optional.of(new StreamEvent.Ended(lastNumber(), ending))
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether there will be no event behind this number. */
    public boolean isOver(long number) {
        lock.lock();
        try {
            return gone != null || (ending != null && number >= lastNumber());
        } finally {
            lock.unlock();
        }
    }

    /** Why there is no more to come here, where the turn has not ended. */
    public Optional<DetachReason> detachReason() {
        lock.lock();
        try {
            return Optional.ofNullable(gone);
        } finally {
            lock.unlock();
        }
    }

    /** Calls back, soon and briefly, whenever there is news; once at least after this call. */
    public Subscription follow(Runnable news) {
        lock.lock();
        try {
            followers.add(news);
        } finally {
            lock.unlock();
        }
        news.run();
        return () -> {
            lock.lock();
            try {
                followers.remove(news);
            } finally {
                lock.unlock();
            }
        };
    }

    public boolean hasSubscribers() {
        lock.lock();
        try {
            return !followers.isEmpty() || lock.hasWaiters(closed);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the turn has ended, or there is no more to come here.
     *
     * @return empty where the time ran out or the stream is {@link #detachReason()}
     */
    public Optional<TurnRecord> await(Duration longest) {
        lock.lock();
        try {
            long left = longest.toNanos();
            while (ending == null && gone == null && left > 0) {
                left = closed.awaitNanos(left);
            }
            return Optional.ofNullable(ending);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Events so far, the first and the last not counted. */
    public int eventCount() {
        lock.lock();
        try {
            return marks.count();
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

    /** A part of the text, for another replica. */
    public String text(int from, int to) {
        lock.lock();
        try {
            return text.substring(from, to);
        } finally {
            lock.unlock();
        }
    }

    /** Some of the marks, for another replica. */
    public JsonNode marks(int from, int to) {
        lock.lock();
        try {
            return marks.encode(from, to);
        } finally {
            lock.unlock();
        }
    }

    /** The length of the text up to an event, from 0 for the first. */
    public int endOf(int index) {
        lock.lock();
        try {
            return marks.end(index);
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
        lock.lock();
        try {
            return new Transcript(text.toString(), marks.encode(0, marks.count()).toString());
        } finally {
            lock.unlock();
        }
    }

    private StreamEvent event(int index) {
        Optional<AgentEvent> tool = marks.appendToolEvent(index);
        if (tool.isEmpty()) {
            int last = marks.lastDelta(index);
            return new StreamEvent.Delta(
                    number(last), text.substring(marks.end(index - 1), marks.end(last)));
        }
        return switch (tool.get()) {
            case AgentEvent.ToolCalled called ->
                    new StreamEvent.ToolCalled(number(index), called.name(), called.arguments());
            case AgentEvent.ToolReturned returned ->
                    new StreamEvent.ToolReturned(
                            number(index), returned.name(), returned.ok(), returned.elapsed());
            case AgentEvent.ReplyDelta delta -> throw new IllegalStateException("not a tool");
            case AgentEvent.TokensUsed tokens -> throw new IllegalStateException("not a tool");
        };
    }

    private long firstNumber() {
        return (attempt - 1) * StreamEvent.NUMBERS_AN_ATTEMPT + 1;
    }

    private long number(int index) {
        return firstNumber() + 1 + index;
    }

    /** Where nobody knows how many events there were, the last number there can be. */
    private long lastNumber() {
        return trailLost ? attempt * StreamEvent.NUMBERS_AN_ATTEMPT : number(marks.count());
    }

    private static JsonNode eventOffsets(String written) {
        try {
            return JSON.readTree(written);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("The trail of a turn is not JSON", failure);
        }
    }

    private void change(Runnable change) {
        List<Runnable> told;
        lock.lock();
        try {
            change.run();
            told = List.copyOf(followers);
        } finally {
            lock.unlock();
        }
        told.forEach(Runnable::run);
    }

    /** A subscriber that is signalled when there are events. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {

        @Override
        void close();
    }

    /** Why a stream has no more to tell. */
    public enum DetachReason {
        /** The turn runs on another replica, or from now on here: look for it again. */
        MOVED,
        /** Its ending could not be written down in time. */
        UNSETTLED,
        /** This process is stopping; another replica tells the rest. */
        STOPPING
    }
}
