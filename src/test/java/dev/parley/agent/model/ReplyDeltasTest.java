package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pieces of a reply, by a clock that the test moves. */
class ReplyDeltasTest {

    private static final Duration INTERVAL = Duration.ofMillis(50);

    private final List<AgentEvent> events = new ArrayList<>();
    private long now = Long.MAX_VALUE - INTERVAL.toNanos(); // the clock may overflow
    private final ReplyDeltas deltas = new ReplyDeltas(events::add, INTERVAL, () -> now);

    @Test
    void firstPiecePassesAtOnce() {
        deltas.append("a");

        assertThat(events).containsExactly(new AgentEvent.ReplyDelta("a"));
        assertThat(deltas.flushAfter()).isEqualTo(ChunkSink.NOTHING_HELD_BACK);
    }

    @Test
    void piecesWithinIntervalAreJoined() {
        deltas.append("a");
        passes(20);
        deltas.append("b");
        deltas.append("c");
        assertThat(deltas.flushAfter()).isEqualTo(Duration.ofMillis(30));
        passes(30);
        assertThat(deltas.flushAfter()).isZero();
        deltas.append("d");

        assertThat(events)
                .containsExactly(new AgentEvent.ReplyDelta("a"), new AgentEvent.ReplyDelta("bcd"));
    }

    @Test
    void flushEmitsWhatIsPendingAndNothingElse() {
        deltas.append("a");
        deltas.append("b");
        deltas.flush();
        deltas.flush();

        assertThat(events)
                .containsExactly(new AgentEvent.ReplyDelta("a"), new AgentEvent.ReplyDelta("b"));
    }

    @Test
    void pieceAfterPausePassesAtOnce() {
        deltas.append("a");
        passes(50);
        deltas.append("b");

        assertThat(events)
                .containsExactly(new AgentEvent.ReplyDelta("a"), new AgentEvent.ReplyDelta("b"));
    }

    private void passes(long millis) {
        now += Duration.ofMillis(millis).toNanos();
    }
}
