package dev.parley.turn.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentStopped;
import dev.parley.platform.identity.UserId;
import dev.parley.testing.Wait;
import dev.parley.turn.Streams;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnSnapshot;
import dev.parley.turn.stream.StreamEvent.Delta;
import dev.parley.turn.stream.StreamEvent.Ended;
import dev.parley.turn.stream.StreamEvent.Opened;
import dev.parley.turn.stream.StreamEvent.ToolCalled;
import dev.parley.turn.stream.StreamEvent.ToolReturned;
import dev.parley.turn.stream.TurnStream.DetachReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The numbering of a turn's events, and what joins on to what. */
class TurnStreamTest {

    private static final UserId USER = new UserId(new UUID(0, 7));
    private static final Duration AT_ONCE = Duration.ZERO;

    private final TurnRecord opened = Streams.running();
    private final TurnStream stream = new TurnStream(USER, opened, 1);
    private final TurnRecord ended = Streams.succeeded(opened, "abc");

    @Test
    void tellsWhoseTurnItIs() {
        assertThat(stream.id()).isEqualTo(opened.id());
        assertThat(stream.conversation()).isEqualTo(opened.conversation());
        assertThat(stream.user()).isEqualTo(USER);
        assertThat(stream.attempt()).isEqualTo(1);
    }

    @Test
    void numbersFirstAttemptFromOne() {
        assertThat(stream.nextAfter(0)).contains(new Opened(1, opened));
        assertThat(stream.nextAfter(1)).isEmpty();
    }

    @Test
    void numbersLaterAttemptAboveAllNumbersOfFormerOnes() {
        TurnStream third = new TurnStream(USER, opened, 3);
        third.append("a");

        assertThat(third.nextAfter(0)).contains(new Opened(2_000_001, opened));
        assertThat(third.nextAfter(1_000_005)).contains(new Opened(2_000_001, opened));
        assertThat(third.nextAfter(2_000_000)).contains(new Opened(2_000_001, opened));
        assertThat(third.nextAfter(2_000_001)).contains(new Delta(2_000_002, "a"));
        assertThat(third.nextAfter(2_000_002)).isEmpty();
    }

    @Test
    void joinsMissedDeltasUnderNumberOfLast() {
        say("a", "b", "c");

        assertThat(stream.nextAfter(1)).contains(new Delta(4, "abc"));
        assertThat(stream.nextAfter(2)).contains(new Delta(4, "bc"));
        assertThat(stream.nextAfter(3)).contains(new Delta(4, "c"));
        assertThat(stream.nextAfter(4)).isEmpty();
    }

    @Test
    void joinsNoDeltasAcrossToolCall() {
        say("a", "b");
        stream.appendToolEvent(called("add_task"));
        stream.appendToolEvent(returned("add_task"));
        say("c");
        stream.end(ended);

        assertThat(eventsAfter(0))
                .containsExactly(
                        new Opened(1, opened),
                        new Delta(3, "ab"),
                        new ToolCalled(4, "1", "add_task", arguments()),
                        new ToolReturned(5, "1", "add_task", true, Duration.ofMillis(5)),
                        new Delta(6, "c"),
                        new Ended(7, ended));
    }

    @Test
    void skipsNoEventFromWhicheverNumberReaderGoesOn() {
        say("a");
        stream.appendToolEvent(called("t"));
        say("b", "c");
        stream.appendToolEvent(returned("t"));
        stream.end(ended);

        String[] rest = {"abc", "abc", "bc", "bc", "c", "", ""};
        int[] tools = {2, 2, 2, 1, 1, 1, 0};
        for (int number = 0; number < rest.length; number++) {
            List<StreamEvent> events = eventsAfter(number);
            assertThat(said(events)).as("after %d", number).isEqualTo(rest[number]);
            assertThat(events)
                    .as("after %d", number)
                    .filteredOn(
                            event -> event instanceof ToolCalled || event instanceof ToolReturned)
                    .hasSize(tools[number]);
            assertThat(events.getLast()).isEqualTo(new Ended(7, ended));
        }
    }

    @Test
    void endsBehindNumberOfLastPiece() {
        say("a", "b");
        stream.end(ended);

        assertThat(stream.nextAfter(3)).contains(new Ended(4, ended));
        assertThat(stream.nextAfter(4)).isEmpty();
        assertThat(stream.nextAfter(99)).isEmpty();
        assertThat(stream.hasEnded()).isTrue();
    }

    @Test
    void isOverOnlyOnceItsEndWasSeen() {
        say("a");
        assertThat(stream.isOver(2)).isFalse();
        assertThat(stream.isOver(99)).isFalse();

        stream.end(ended);

        assertThat(stream.isOver(0)).isFalse();
        assertThat(stream.isOver(2)).isFalse();
        assertThat(stream.isOver(3)).isTrue();
        assertThat(stream.isOver(4)).isTrue();
    }

    @Test
    void isOverForEverybodyOnceItIsGone() {
        assertThat(stream.detachReason()).isEmpty();

        stream.detach(DetachReason.STOPPING);

        assertThat(stream.detachReason()).contains(DetachReason.STOPPING);
        assertThat(stream.isOver(0)).isTrue();
        assertThat(stream.hasEnded()).isFalse();
        assertThat(stream.await(Duration.ofMinutes(1))).isEmpty();
    }

    @Test
    void takesNothingFromAgentOnceItIsSealed() {
        say("a");
        stream.seal();

        assertThatThrownBy(() -> stream.append("b")).isInstanceOf(AgentStopped.class);
        assertThatThrownBy(() -> stream.appendToolEvent(called("t")))
                .isInstanceOf(AgentStopped.class);
        assertThat(stream.transcript()).isEqualTo(new Transcript("a", "[1]"));
    }

    @Test
    void takesOverlappingPieceOnce() {
        assertThat(stream.appendRemoteText(0, "abc")).isTrue();
        assertThat(stream.appendRemoteText(0, "abc")).isTrue();
        assertThat(text()).isEqualTo("abc");
        assertThat(stream.appendRemoteText(1, "b")).isTrue();
        assertThat(text()).isEqualTo("abc");
        assertThat(stream.appendRemoteText(1, "bcd")).isTrue();
        assertThat(text()).isEqualTo("abcd");
        assertThat(stream.appendRemoteText(4, "e")).isTrue();
        assertThat(text()).isEqualTo("abcde");
    }

    @Test
    void refusesPieceBehindGap() {
        stream.appendRemoteText(0, "abc");

        assertThat(stream.appendRemoteText(4, "e")).isFalse();
        assertThat(text()).isEqualTo("abc");
    }

    @Test
    void tellsReceivedTextOnlyOnceItsMarksHaveCome() {
        stream.appendRemoteText(0, "abc");

        assertThat(stream.nextAfter(1)).isEmpty();
        assertThat(stream.appendRemoteOffsets(0, marks(1, 2))).isTrue();
        assertThat(stream.nextAfter(1)).contains(new Delta(3, "abc"));
    }

    @Test
    void refusesMarkBeyondItsText() {
        stream.appendRemoteText(0, "abc");

        assertThat(stream.appendRemoteOffsets(0, marks(2, 2))).isFalse();
        assertThat(stream.eventCount()).isEqualTo(1);
        stream.appendRemoteText(3, "d");
        assertThat(stream.appendRemoteOffsets(1, marks(2))).isTrue();
        assertThat(stream.eventCount()).isEqualTo(2);
    }

    @Test
    void takesRepeatedMarksOnce() {
        stream.appendRemoteText(0, "abcdef");
        stream.appendRemoteOffsets(0, marks(1, 2));

        assertThat(stream.appendRemoteOffsets(0, marks(1, 2))).isTrue();
        assertThat(stream.eventCount()).isEqualTo(2);
        assertThat(stream.appendRemoteOffsets(1, marks(2, 3))).isTrue();
        assertThat(stream.eventCount()).isEqualTo(3);
        assertThat(stream.textEnd(2)).isEqualTo(6);
    }

    @Test
    void refusesMarksBehindGap() {
        stream.appendRemoteText(0, "abc");
        stream.appendRemoteOffsets(0, marks(1));

        assertThat(stream.appendRemoteOffsets(2, marks(1))).isFalse();
        assertThat(stream.eventCount()).isEqualTo(1);
    }

    @Test
    void takesToolsAmongReceivedMarks() {
        ArrayNode received = marks(1);
        received.addObject().put("called", "t").putObject("with").put("a", 1);
        stream.appendRemoteText(0, "a");

        assertThat(stream.appendRemoteOffsets(0, received)).isTrue();
        assertThat(stream.nextAfter(2))
                .contains(
                        new ToolCalled(
                                3, "", "t", JsonNodeFactory.instance.objectNode().put("a", 1)));
    }

    @Test
    void isSameOnOtherReplicaOnceItsPartsWereReceivedThere() {
        say("a", "bc");
        stream.appendToolEvent(called("t"));
        stream.appendToolEvent(returned("t"));
        say("d");
        TurnStream mirror = TurnStream.mirrored(Streams.snapshot(opened, 1, "", null));

        mirror.appendRemoteText(0, stream.text(0, 2));
        mirror.appendRemoteText(2, stream.text(2, stream.length()));
        mirror.appendRemoteOffsets(0, stream.encodedOffsets(0, 3));
        mirror.appendRemoteOffsets(3, stream.encodedOffsets(3, stream.eventCount()));

        stream.end(ended);
        mirror.end(ended);
        assertThat(eventsAfter(mirror, 0)).isEqualTo(eventsAfter(0));
    }

    @Test
    void isSameOnceItIsReplayedFromItsTrail() {
        say("a", "bc");
        stream.appendToolEvent(called("t"));
        stream.appendToolEvent(returned("t"));
        say("d");
        stream.end(ended);
        Transcript told = stream.transcript();

        TurnStream replayed =
                TurnStream.replayed(Streams.snapshot(ended, 1, told.text(), told.eventOffsets()));

        for (int number = 0; number <= 7; number++) {
            assertThat(eventsAfter(replayed, number))
                    .as("after %d", number)
                    .isEqualTo(eventsAfter(number));
        }
    }

    @Test
    void fillsUpFromLedgerWhatItMissed() {
        stream.appendRemoteText(0, "ab");
        stream.appendRemoteOffsets(0, marks(1));

        stream.complete(Streams.snapshot(ended, 1, "abc", "[1,1,1]"));

        assertThat(eventsAfter(2)).containsExactly(new Delta(4, "bc"), new Ended(5, ended));
    }

    @Test
    void takesNoTrailOfOtherAttempt() {
        say("a");

        stream.complete(Streams.snapshot(ended, 2, "xyz", "[1,1,1]"));

        assertThat(eventsAfter(1)).containsExactly(new Delta(2, "a"), new Ended(1_000_000, ended));
    }

    @Test
    void endsWithLastNumberThereCanBeWhereTrailIsLost() {
        TurnStream second = new TurnStream(USER, opened, 2);
        second.append("a");

        second.complete(Streams.snapshot(ended, 2, "", null));

        assertThat(eventsAfter(second, 1_000_001))
                .containsExactly(new Delta(1_000_002, "a"), new Ended(2_000_000, ended));
        assertThat(second.isOver(1_999_999)).isFalse();
        assertThat(second.isOver(2_000_000)).isTrue();
    }

    @Test
    void isCompletedOnlyOnce() {
        say("a");
        stream.end(ended);

        stream.complete(Streams.snapshot(Streams.succeeded(opened, "other"), 1, "xyz", "[3]"));

        assertThat(eventsAfter(1)).containsExactly(new Delta(2, "a"), new Ended(3, ended));
    }

    @Test
    void opensAsRunningAlsoWhereTurnHasEnded() {
        TurnStream replayed = TurnStream.replayed(Streams.snapshot(ended, 1, "abc", "[3]"));

        assertThat(replayed.nextAfter(0)).contains(new Opened(1, opened));
    }

    @Test
    void failsWhereTrailIsNoJson() {
        TurnSnapshot broken = Streams.snapshot(ended, 1, "abc", "[3");

        assertThatThrownBy(() -> stream.complete(broken)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tellsFollowerOfEachChangeUntilItLeaves() {
        AtomicInteger news = new AtomicInteger();
        assertThat(stream.hasSubscribers()).isFalse();

        try (TurnStream.Subscription _ = stream.subscribe(news::incrementAndGet)) {
            assertThat(news).hasValue(1);
            assertThat(stream.hasSubscribers()).isTrue();
            say("a");
            assertThat(news).hasValue(2);
            stream.appendToolEvent(called("t"));
            assertThat(news).hasValue(3);
            stream.appendRemoteOffsets(2, marks(0));
            assertThat(news).hasValue(4);
            stream.end(ended);
            assertThat(news).hasValue(5);
            stream.detach(DetachReason.MOVED);
            assertThat(news).hasValue(6);
        }

        stream.detach(DetachReason.MOVED);
        assertThat(news).hasValue(6);
        assertThat(stream.hasSubscribers()).isFalse();
    }

    @Test
    void tellsFollowerOfCompletion() {
        AtomicInteger news = new AtomicInteger();
        stream.subscribe(news::incrementAndGet);

        stream.complete(Streams.snapshot(ended, 1, "abc", "[3]"));

        assertThat(news).hasValue(2);
    }

    @Test
    void letsFollowerReadFromInsideOfItsNews() {
        List<Optional<StreamEvent>> seen = new ArrayList<>();
        stream.subscribe(() -> seen.add(stream.nextAfter(1)));

        say("a");

        assertThat(seen).containsExactly(Optional.empty(), Optional.of(new Delta(2, "a")));
    }

    @Test
    void waitsUntilTurnHasEnded() throws Exception {
        CompletableFuture<Optional<TurnRecord>> waiting = waiting();
        assertThat(stream.hasSubscribers()).isTrue();

        stream.end(ended);

        assertThat(waiting.get(10, TimeUnit.SECONDS)).contains(ended);
        assertThat(stream.await(AT_ONCE)).contains(ended);
    }

    @Test
    void waitsUntilTurnIsCompleted() throws Exception {
        CompletableFuture<Optional<TurnRecord>> waiting = waiting();

        stream.complete(Streams.snapshot(ended, 1, "abc", "[3]"));

        assertThat(waiting.get(10, TimeUnit.SECONDS)).contains(ended);
    }

    @Test
    void waitsNoLongerOnceStreamIsGone() throws Exception {
        CompletableFuture<Optional<TurnRecord>> waiting = waiting();

        stream.detach(DetachReason.UNSETTLED);

        assertThat(waiting.get(10, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void waitsNoLongerThanItMay() {
        assertThat(stream.await(AT_ONCE)).isEmpty();
        assertThat(stream.await(Duration.ofMillis(1))).isEmpty();
    }

    @Test
    void keepsInterruptOfWhoeverWaits() {
        Thread.currentThread().interrupt();

        assertThat(stream.await(Duration.ofMinutes(1))).isEmpty();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void tellsWhatIsToBeWrittenDown() {
        say("a", "bc");
        stream.appendToolEvent(called("t"));

        assertThat(stream.transcript())
                .isEqualTo(
                        new Transcript(
                                "abc",
                                "[1,2,{\"called\":\"t\",\"with\":{\"n\":1},\"step\":\"1\"}]"));
        assertThat(stream.length()).isEqualTo(3);
        assertThat(stream.eventCount()).isEqualTo(3);
        assertThat(stream.textEnd(0)).isEqualTo(1);
        assertThat(stream.textEnd(2)).isEqualTo(3);
        assertThat(stream.text(1, 3)).isEqualTo("bc");
        assertThat(stream.encodedOffsets(1, 2)).isEqualTo(marks(2));
    }

    /** Somebody who waits for the end by now. */
    private CompletableFuture<Optional<TurnRecord>> waiting() {
        CompletableFuture<Optional<TurnRecord>> waiting = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> waiting.complete(stream.await(Duration.ofMinutes(1))));
        Wait.until(stream::hasSubscribers);
        return waiting;
    }

    private void say(String... deltas) {
        for (String delta : deltas) {
            stream.append(delta);
        }
    }

    private String text() {
        return stream.text(0, stream.length());
    }

    private List<StreamEvent> eventsAfter(long number) {
        return eventsAfter(stream, number);
    }

    private static List<StreamEvent> eventsAfter(TurnStream stream, long number) {
        List<StreamEvent> events = new ArrayList<>();
        Optional<StreamEvent> next = stream.nextAfter(number);
        while (next.isPresent()) {
            events.add(next.get());
            next = stream.nextAfter(next.get().number());
        }
        return events;
    }

    private static String said(List<StreamEvent> events) {
        StringBuilder said = new StringBuilder();
        for (StreamEvent event : events) {
            if (event instanceof Delta delta) {
                said.append(delta.text());
            }
        }
        return said.toString();
    }

    static List<Consumer<TurnStream>> calls() {
        return List.of(
                TurnStream::seal,
                stream -> stream.append("a"),
                stream -> stream.appendToolEvent(called("t")),
                stream -> stream.detach(DetachReason.MOVED),
                stream -> stream.appendRemoteText(0, "a"),
                stream -> stream.appendRemoteText(9, "behind a gap"),
                stream -> stream.appendRemoteOffsets(0, marks(0)),
                stream -> stream.nextAfter(0),
                stream -> stream.nextAfter(1),
                stream -> stream.isOver(0),
                TurnStream::detachReason,
                stream -> stream.subscribe(() -> {}),
                stream -> stream.subscribe(() -> {}).close(),
                TurnStream::hasSubscribers,
                stream -> stream.await(AT_ONCE),
                TurnStream::eventCount,
                TurnStream::length,
                stream -> stream.text(0, 0),
                stream -> stream.encodedOffsets(0, 0),
                stream -> stream.textEnd(-1),
                TurnStream::hasEnded,
                TurnStream::transcript);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void leavesStreamToOtherThreadsAfterCall(Consumer<TurnStream> call) {
        call.accept(stream);

        assertThat(
                        CompletableFuture.supplyAsync(
                                stream::hasEnded, task -> Thread.ofVirtual().start(task)))
                .succeedsWithin(Duration.ofSeconds(10));
    }

    private static ArrayNode marks(int... lengths) {
        ArrayNode marks = JsonNodeFactory.instance.arrayNode();
        for (int length : lengths) {
            marks.add(length);
        }
        return marks;
    }

    private static AgentEvent called(String tool) {
        return new AgentEvent.ToolCalled("1", tool, arguments());
    }

    private static AgentEvent returned(String tool) {
        return new AgentEvent.ToolReturned("1", tool, true, Duration.ofMillis(5));
    }

    private static JsonNode arguments() {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        return arguments.put("n", 1);
    }
}
