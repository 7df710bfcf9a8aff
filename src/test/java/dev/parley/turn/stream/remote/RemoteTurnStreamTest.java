package dev.parley.turn.stream.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.cluster.RunnerMessageReceived;
import dev.parley.platform.identity.UserId;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.Streams;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.engine.RunningTurnRegistry;
import dev.parley.turn.stream.StreamEvent;
import dev.parley.turn.stream.TurnStream;
import dev.parley.turn.stream.TurnStream.DetachReason;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** A turn that is followed on one replica and runs on another. The other one is played here. */
@ParleyTest
class RemoteTurnStreamTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Inject Event<RunnerMessageReceived> letters;
    @Inject TurnStreams streams;
    @Inject RunningTurnRegistry runningTurns;
    @Inject TestAgents.Dictated dictated;

    private final RunnerId other = new RunnerId(UUID.randomUUID());
    private final Database database = Postgres.database();
    private Person person = new Person("", new UUID(0, 0), "");

    @BeforeEach
    void otherReplicaComesUp() {
        person = Person.registered();
        database.change(
                "insert into runners (id, host, seen_at) values (?, 'played', now() + interval '1"
                        + " hour')",
                other.value());
    }

    @AfterEach
    void otherReplicaGoes() {
        database.change("delete from runners where id = ?", other.value());
    }

    @Test
    void takesNoLetterOfOtherAttempt() {
        TurnId turn = runningElsewhere(2);
        TurnStream stream = followed(turn);

        hear(about(turn, 1).put("at", 0).put("text", "of the dead runner"));
        assertThat(stream.length()).isZero();
        hear(about(turn, 3).put("at", 0).put("text", "of the next one"));
        assertThat(stream.length()).isZero();
        hear(marks(about(turn, 1), 0, 0));
        assertThat(stream.eventCount()).isZero();

        hear(about(turn, 2).put("at", 0).put("text", "mine"));
        hear(marks(about(turn, 2), 0, 4));

        assertThat(stream.nextAfter(1_000_001)).contains(new StreamEvent.Delta(1_000_002, "mine"));
        settled(turn);
    }

    @Test
    void takesLostAndDoubledLettersForWhatTheyAre() {
        TurnId turn = runningElsewhere(1);
        TurnStream stream = followed(turn);

        hear(about(turn, 1).put("at", 3).put("text", "def"));
        hear(about(turn, 1).put("at", 0).put("text", "abc"));
        hear(about(turn, 1).put("at", 0).put("text", "abc"));
        hear(marks(about(turn, 1), 1, 3));
        hear(marks(about(turn, 1), 0, 3));
        hear(marks(about(turn, 1), 0, 3));

        assertThat(stream.nextAfter(1)).contains(new StreamEvent.Delta(2, "abc"));
        settled(turn);
    }

    @Test
    void tellsWhatLedgerHasOnceRunnerSaysThatItIsOver() {
        TurnId turn = runningElsewhere(1);
        TurnStream stream = followed(turn);
        settled(turn);

        hear(JsonNodeFactory.instance.objectNode().put("turn", turn.toString()).put("over", true));

        Wait.until(stream::hasEnded);
        assertThat(stream.detachReason()).isEmpty();
    }

    @SuppressWarnings("try") // The reader leaves in the middle
    @Test
    void tellsNoFurtherOnceOtherReplicaFollowsNoMore() {
        String message = "dictation " + UUID.randomUUID();
        try (Events here = Events.ofTurn(person, chat(message))) {
            TurnId turn = turn(here.next().orElseThrow().text("turn_id"));
            TurnStream stream = runningTurns.stream(turn).orElseThrow();
            here.close();
            Wait.until(() -> !stream.hasSubscribers());

            hear(follow(turn));
            assertThat(stream.hasSubscribers()).isTrue();
            hear(JsonNodeFactory.instance.objectNode().put("unfollow", turn.toString()));

            assertThat(stream.hasSubscribers()).isFalse();
            dictated.say(message, TestAgents.Dictated.END);
            Wait.until(() -> runningTurns.stream(turn).isEmpty());
        }
    }

    /** More text than goes out at once, and its mark only when all of it has gone. */
    @Test
    void tellsMarksOnlyBehindTheirText() throws Exception {
        String message = "dictation " + UUID.randomUUID();
        String said = "x".repeat(100_000);
        try (Connection line = listening();
                Events here = Events.ofTurn(person, chat(message))) {
            TurnId turn = turn(here.next().orElseThrow().text("turn_id"));
            dictated.say(message, said);
            Wait.until(() -> runningTurns.stream(turn).orElseThrow().eventCount() == 1);

            hear(follow(turn));

            StringBuilder told = new StringBuilder();
            List<JsonNode> marks = new ArrayList<>();
            while (marks.isEmpty()) {
                for (JsonNode letter : arrived(line)) {
                    if (letter.has("text")) {
                        assertThat(letter.path("at").asInt()).isEqualTo(told.length());
                        told.append(letter.path("text").asText());
                    } else if (letter.has("marks")) {
                        assertThat(told.length()).as("text before its mark").isEqualTo(100_000);
                        marks.add(letter);
                    }
                }
            }
            assertThat(told).hasToString(said);
            assertThat(marks.getFirst().path("marks").toString()).isEqualTo("[100000]");
            dictated.say(message, TestAgents.Dictated.END);
            here.rest();
        }
    }

    @Test
    void tellsOnlyWhatFollowerHasNot() throws Exception {
        String message = "dictation " + UUID.randomUUID();
        try (Connection line = listening();
                Events here = Events.ofTurn(person, chat(message))) {
            TurnId turn = turn(here.next().orElseThrow().text("turn_id"));
            dictated.say(message, "known ");
            dictated.say(message, "new");
            Wait.until(() -> runningTurns.stream(turn).orElseThrow().eventCount() == 2);

            hear(follow(turn).put("at", 6).put("first", 1));

            List<JsonNode> told = new ArrayList<>();
            while (told.size() < 2) {
                told.addAll(arrived(line));
            }
            assertThat(told.getFirst().path("at").asInt()).isEqualTo(6);
            assertThat(told.getFirst().path("text").asText()).isEqualTo("new");
            assertThat(told.getLast().path("first").asInt()).isEqualTo(1);
            assertThat(told.getLast().path("marks").toString()).isEqualTo("[3]");
            dictated.say(message, TestAgents.Dictated.END);
            here.rest();
        }
    }

    @Test
    void tellsThatThereIsNoMoreOfTurnThatDoesNotRunHere() throws Exception {
        try (Connection line = listening()) {
            TurnId turn = TurnId.next();

            hear(follow(turn));

            List<JsonNode> told = new ArrayList<>();
            while (told.isEmpty()) {
                told.addAll(arrived(line));
            }
            assertThat(told.getFirst().path("turn").asText()).isEqualTo(turn.toString());
            assertThat(told.getFirst().path("over").asBoolean()).isTrue();
        }
    }

    @Test
    void pumpHandsEachEventOnceInOrder() {
        TurnStream stream = Streams.mirrored(1);
        Hands hands = new Hands(10);
        stream.appendRemoteText(0, "ab");
        try (EventPump _ = EventPump.start(streams, stream, 0, hands, Runnable::run)) {
            stream.appendRemoteOffsets(0, marksOf(1));
            stream.appendRemoteOffsets(1, marksOf(1));

            assertThat(hands.taken).extracting(StreamEvent::number).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void pumpHandsNothingToReceiverThatIsNotReady() {
        TurnStream stream = Streams.mirrored(1);
        Hands hands = new Hands(1);
        try (EventPump pump = EventPump.start(streams, stream, 0, hands, Runnable::run)) {
            stream.appendRemoteText(0, "ab");
            stream.appendRemoteOffsets(0, marksOf(1, 1));
            assertThat(hands.taken).hasSize(1);

            hands.ready = 1;
            pump.signal();

            assertThat(hands.taken.getLast()).isEqualTo(new StreamEvent.Delta(3, "ab"));
        }
    }

    @Test
    void pumpGoesOnBehindNumberThatReceiverHasSeen() {
        TurnStream stream = Streams.mirrored(1);
        stream.appendRemoteText(0, "ab");
        stream.appendRemoteOffsets(0, marksOf(1, 1));
        Hands hands = new Hands(10);
        try (EventPump _ = EventPump.start(streams, stream, 2, hands, Runnable::run)) {
            assertThat(hands.taken).containsExactly(new StreamEvent.Delta(3, "b"));
        }
    }

    @Test
    void pumpLetsGoOfStreamOnceItIsClosed() {
        TurnStream stream = Streams.mirrored(1);
        Hands hands = new Hands(10);
        EventPump pump = EventPump.start(streams, stream, 0, hands, Runnable::run);
        assertThat(stream.hasSubscribers()).isTrue();

        pump.close();

        assertThat(stream.hasSubscribers()).isFalse();
        stream.appendRemoteText(0, "a");
        stream.appendRemoteOffsets(0, marksOf(1));
        pump.signal();
        assertThat(hands.taken).hasSize(1);
        assertThat(hands.ends).isEmpty();
    }

    @Test
    void pumpTellsOnceThatAllWasHandedOver() {
        TurnStream stream = Streams.mirrored(1);
        Hands hands = new Hands(10);
        EventPump pump = EventPump.start(streams, stream, 0, hands, Runnable::run);

        stream.complete(Streams.snapshot(Streams.succeeded(opened(stream), "a"), 1, "", "[]"));
        pump.signal();

        assertThat(hands.taken).hasSize(2);
        assertThat(hands.ends).containsExactly(true);
        assertThat(stream.hasSubscribers()).isFalse();
    }

    @Test
    void pumpTellsThatNotAllWasHandedOverWhereProcessStops() {
        TurnStream stream = Streams.mirrored(1);
        Hands hands = new Hands(10);
        EventPump.start(streams, stream, 0, hands, Runnable::run);

        stream.detach(DetachReason.STOPPING);

        Wait.until(() -> !hands.ends.isEmpty());
        assertThat(hands.ends).containsExactly(false);
    }

    /** A turn that has run here, made one that another runner has in hand. */
    private TurnId runningElsewhere(int attempt) {
        String turn = person.says("hello", "echo").text("turn_id");
        database.change(
                """
                update turns set status = 'running', runner_id = ?, attempt = ?, ended_at = null, reply_id = null,
                    version = null, trail = null
                where id = ?::uuid
                """,
                other.value(),
                attempt,
                turn);
        return turn(turn);
    }

    /** Its stream here, which is not forgotten as long as somebody follows. */
    private TurnStream followed(TurnId turn) {
        TurnStream stream = streams.open(new UserId(person.id()), turn);
        stream.subscribe(() -> {});
        return stream;
    }

    private void settled(TurnId turn) {
        database.change(
                "update turns set status = 'failed', error_code = 'agent_failed', error_detail ="
                        + " 'It was played.', ended_at = now() where id = ?",
                turn.value());
    }

    private void hear(ObjectNode content) {
        letters.fire(new RunnerMessageReceived(other, content));
    }

    private static ObjectNode about(TurnId turn, int attempt) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("turn", turn.toString())
                .put("attempt", attempt);
    }

    private static ObjectNode marks(ObjectNode about, int first, int... lengths) {
        about.put("first", first).set("marks", marksOf(lengths));
        return about;
    }

    private static ArrayNode marksOf(int... lengths) {
        ArrayNode marks = JsonNodeFactory.instance.arrayNode();
        for (int length : lengths) {
            marks.add(length);
        }
        return marks;
    }

    private static ObjectNode follow(TurnId turn) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("follow", turn.toString())
                .put("at", 0)
                .put("first", 0);
    }

    private static TurnId turn(String id) {
        return new TurnId(UUID.fromString(id));
    }

    private static String chat(String message) {
        return "{\"message\":\"%s\",\"agent_type\":\"dictated\"}".formatted(message);
    }

    private static TurnRecord opened(TurnStream stream) {
        return ((StreamEvent.Opened) stream.nextAfter(0).orElseThrow()).turn();
    }

    /** Where letters to the other replica are delivered. */
    private Connection listening() throws SQLException {
        Connection line = database.source().getConnection();
        try (Statement listen = line.createStatement()) {
            listen.execute("listen parley_" + other.toString().replace("-", ""));
        }
        return line;
    }

    private static List<JsonNode> arrived(Connection line) throws Exception {
        List<JsonNode> arrived = new ArrayList<>();
        PGNotification[] notifications = line.unwrap(PGConnection.class).getNotifications(30_000);
        assertThat(notifications).as("letters within 30 s").isNotEmpty();
        for (PGNotification notification : notifications) {
            arrived.add(JSON.readTree(notification.getParameter()).path("is"));
        }
        return arrived;
    }

    /** A receiver that is ready for so many events. */
    private static final class Hands implements EventPump.Receiver {

        private final List<StreamEvent> taken = new ArrayList<>();
        private final List<Boolean> ends = new CopyOnWriteArrayList<>();
        private int ready;

        Hands(int ready) {
            this.ready = ready;
        }

        @Override
        public boolean isReady() {
            return ready > 0;
        }

        @Override
        public void accept(TurnStream stream, StreamEvent event) {
            ready--;
            taken.add(event);
        }

        @Override
        public void complete(boolean whole) {
            ends.add(whole);
        }
    }
}
