package dev.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.Agent;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentRequest;
import dev.parley.agent.AgentType;
import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.Usage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** Agents that do one thing, on purpose. */
public final class TestAgents {

    private TestAgents() {}

    /** Says at once what was said to it. */
    @ApplicationScoped
    public static class Echo implements Agent {

        @Override
        public AgentType type() {
            return new AgentType("echo");
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            hear.accept(new AgentEvent.ReplyDelta(briefing.message()));
        }
    }

    /** Counts the messages that it was briefed with. */
    @ApplicationScoped
    public static class Counting implements Agent {

        @Override
        public AgentType type() {
            return new AgentType("counting");
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            hear.accept(
                    new AgentEvent.ReplyDelta(
                            briefing.history().size()
                                    + " from "
                                    + briefing.history().getFirst().content()));
        }
    }

    /** Thinks for as many milliseconds as the message says. */
    @ApplicationScoped
    public static class Slow implements Agent {

        @Override
        public AgentType type() {
            return new AgentType("slow");
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            try {
                Thread.sleep(Long.parseLong(briefing.message()));
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interruption);
            }
            hear.accept(new AgentEvent.ReplyDelta("at last"));
        }
    }

    /** Thinks until it is let go. */
    @ApplicationScoped
    public static class Gated implements Agent {

        private final AtomicInteger waiting = new AtomicInteger();
        private volatile CountDownLatch gate = new CountDownLatch(1);

        @Override
        public AgentType type() {
            return new AgentType("gated");
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            waiting.incrementAndGet();
            try {
                if (!gate.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("Nobody opened the gate");
                }
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interruption);
            } finally {
                waiting.decrementAndGet();
            }
            hear.accept(new AgentEvent.ReplyDelta("let go"));
        }

        public int waiting() {
            return waiting.get();
        }

        public void close() {
            gate = new CountDownLatch(1);
        }

        public void open() {
            gate.countDown();
        }
    }

    /** Does what G1 forbids: holds a transaction while it thinks. */
    @ApplicationScoped
    public static class HoldingTransaction implements Agent {

        @Override
        public AgentType type() {
            return new AgentType("holding-transaction");
        }

        @Override
        @Transactional
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            hear.accept(new AgentEvent.ReplyDelta("I hold a transaction"));
        }
    }

    /** Does what G1 forbids, without a transaction: takes a connection while it thinks. */
    @ApplicationScoped
    public static class HoldingConnection implements Agent {

        private final DataSource database;

        HoldingConnection(DataSource database) {
            this.database = database;
        }

        @Override
        public AgentType type() {
            return new AgentType("holding-connection");
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            hear.accept(new AgentEvent.ReplyDelta("I take a connection"));
            try (Connection held = database.getConnection()) {
                held.isValid(1);
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    /** Holds a connection and then fails, without having told of anything. */
    @ApplicationScoped
    public static class HoldingAndFailing implements Agent {

        private final DataSource database;

        HoldingAndFailing(DataSource database) {
            this.database = database;
        }

        @Override
        public AgentType type() {
            return new AgentType("holding-and-failing");
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            try (Connection held = database.getConnection()) {
                held.isValid(1);
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
            throw new AgentFailed("I failed");
        }
    }

    /** Says things that PostgreSQL cannot keep. */
    @ApplicationScoped
    public static class Unstorable implements Agent {

        @Override
        public AgentType type() {
            return new AgentType("unstorable");
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            hear.accept(new AgentEvent.ReplyDelta("nul \0 and half a pair \uD83D"));
        }
    }

    /** Breaks in a way that is nobody's failure but the program's. */
    @ApplicationScoped
    public static class Broken implements Agent {

        @Override
        public AgentType type() {
            return new AgentType("broken");
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            throw new UnsupportedOperationException("a bug");
        }
    }

    /** Is interrupted by nobody that it knows, as by a time limit that comes with its own end. */
    @ApplicationScoped
    public static class Interrupted implements Agent {

        @Override
        public AgentType type() {
            return new AgentType("interrupted");
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            throw TestAgents.<RuntimeException>unchecked(new InterruptedException());
        }
    }

    /** Says what it is handed, piece by piece, when it is handed it. */
    @ApplicationScoped
    public static class Dictated implements Agent {

        /** Ends the dictation. */
        public static final String END = "";

        private final Map<String, BlockingQueue<String>> pieces = new ConcurrentHashMap<>();

        @Override
        public AgentType type() {
            return new AgentType("dictated");
        }

        /** Hands over a piece for the turn with this message. */
        public void say(String message, String piece) {
            pieces(message).add(piece);
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            BlockingQueue<String> mine = pieces(briefing.message());
            try {
                for (String piece = mine.poll(60, TimeUnit.SECONDS);
                        piece != null && !piece.equals(END);
                        piece = mine.poll(60, TimeUnit.SECONDS)) {
                    hear.accept(new AgentEvent.ReplyDelta(piece));
                }
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interruption);
            } finally {
                pieces.remove(briefing.message());
            }
        }

        private BlockingQueue<String> pieces(String message) {
            return pieces.computeIfAbsent(message, key -> new LinkedBlockingQueue<>());
        }
    }

    /** Says as many numbered words as the message tells, as fast as it can. */
    @ApplicationScoped
    public static class Talkative implements Agent {

        @Override
        public AgentType type() {
            return new AgentType("talkative");
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            int words = Integer.parseInt(briefing.message());
            for (int word = 1; word <= words; word++) {
                hear.accept(new AgentEvent.ReplyDelta("w" + word + " "));
            }
        }
    }

    /** Does not listen to an interrupt. */
    @ApplicationScoped
    public static class Deaf implements Agent {

        private volatile CountDownLatch gate = new CountDownLatch(1);

        @Override
        public AgentType type() {
            return new AgentType("deaf");
        }

        public void wake() {
            gate.countDown();
            gate = new CountDownLatch(1);
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            hear.accept(new AgentEvent.ReplyDelta("I do not "));
            CountDownLatch mine = gate;
            while (mine.getCount() > 0) {
                try {
                    mine.await(100, TimeUnit.MILLISECONDS);
                } catch (InterruptedException ignored) {
                    // That is what it is for
                }
            }
            hear.accept(new AgentEvent.ReplyDelta("listen"));
        }
    }

    /** Adds a task called like the message, then waits at the gate, then tells of it. */
    @ApplicationScoped
    public static class Stepping implements Agent {

        private volatile CountDownLatch gate = new CountDownLatch(1);
        private final AtomicInteger steps = new AtomicInteger();

        @Override
        public AgentType type() {
            return new AgentType("stepping");
        }

        public int steps() {
            return steps.get();
        }

        public void close() {
            gate = new CountDownLatch(1);
        }

        public void open() {
            gate.countDown();
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            ObjectNode arguments =
                    JsonNodeFactory.instance.objectNode().put("title", briefing.message());
            // Refused, and so not recorded
            briefing.toolbox().call("add_task", JsonNodeFactory.instance.objectNode());
            JsonNode added = briefing.toolbox().call("add_task", arguments).content();
            steps.incrementAndGet();
            try {
                if (!gate.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("Nobody opened the gate");
                }
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interruption);
            }
            briefing.toolbox().call("list_tasks", JsonNodeFactory.instance.objectNode());
            hear.accept(new AgentEvent.ReplyDelta("added " + added.path("title").asText()));
        }
    }

    /** Says at once what was said to it, where it is there. */
    @ApplicationScoped
    public static class Away implements Agent {

        private volatile boolean away;

        @Override
        public AgentType type() {
            return new AgentType("away");
        }

        public void leave() {
            away = true;
        }

        public void comeBack() {
            away = false;
        }

        @Override
        public void requireAvailable(UUID turn) {
            requireThere();
        }

        private void requireThere() {
            if (away) {
                throw new AgentUnavailable("It is away.", null);
            }
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            requireThere();
            hear.accept(new AgentEvent.ReplyDelta(briefing.message()));
        }
    }

    /** Uses up tokens, and fails in the middle of a sentence. */
    @ApplicationScoped
    public static class Wasteful implements Agent {

        @Override
        public AgentType type() {
            return new AgentType("wasteful");
        }

        @Override
        public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
            hear.accept(new AgentEvent.TokensUsed(new Usage(3, 5)));
            hear.accept(new AgentEvent.ReplyDelta("To begin with"));
            throw new AgentFailed("I failed");
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T unchecked(Throwable failure) throws T {
        throw (T) failure;
    }
}
