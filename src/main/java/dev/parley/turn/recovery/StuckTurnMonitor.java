package dev.parley.turn.recovery;

import dev.parley.agent.AgentConfig;
import dev.parley.agent.Usage;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.engine.AgentRunner;
import dev.parley.turn.engine.RunningTurn;
import dev.parley.turn.engine.RunningTurnRegistry;
import dev.parley.turn.engine.TurnEngine;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at the turns that run here: tells of those that take long, and ends those whose agent does
 * not listen to an interrupt, so that no turn stands for ever.
 */
@ApplicationScoped
public class StuckTurnMonitor implements Job {

    private static final int MAX_STACK_LINES = 20;

    private final RunningTurnRegistry running;
    private final TurnEngine takeTurn;
    private final AgentRunner thinking;
    private final Duration agentTimeout;
    private final TurnConfig config;
    private final Map<TurnId, Long> told = new ConcurrentHashMap<>();

    public StuckTurnMonitor(
            RunningTurnRegistry running,
            TurnEngine takeTurn,
            AgentRunner thinking,
            AgentConfig agentConfig,
            TurnConfig config) {
        this.running = running;
        this.takeTurn = takeTurn;
        this.thinking = thinking;
        this.agentTimeout = agentConfig.timeout();
        this.config = config;
    }

    @Override
    public String name() {
        return "monitor-stuck-turns";
    }

    @Override
    public Duration interval() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run(Deadline deadline) {
        running.all().forEach(this::endWhereDeaf);
        logSlowTurns();
    }

    private void endWhereDeaf(RunningTurn turn) {
        Optional<Duration> stopped = turn.stoppedFor();
        if (stopped.isPresent() && stopped.get().compareTo(config.interruptGrace()) >= 0) {
            endUnresponsiveTurns(turn);
            takeTurn.forceEnd(turn, turn.stopped().orElseThrow().outcome(Usage.NONE));
        } else if (stopped.isEmpty()
                && turn.thread().isPresent()
                && turn.elapsed().compareTo(agentTimeout.plus(config.interruptGrace())) >= 0) {
            endUnresponsiveTurns(turn);
            takeTurn.forceEnd(
                    turn, new TurnOutcome.TimedOut(thinking.timeoutMessage(), Usage.NONE));
        }
    }

    private static void endUnresponsiveTurns(RunningTurn turn) {
        IllegalStateException where = new IllegalStateException("It is here:");
        turn.thread().ifPresent(thread -> where.setStackTrace(thread.getStackTrace()));
        Log.errorf(
                where,
                "Turn %s: agent %s does not listen to an interrupt; the turn ends without it",
                turn.context().id(),
                turn.context().agentType());
    }

    /** The oldest first, each at its own beat; with thousands of them the rest is a number. */
    private void logSlowTurns() {
        told.keySet().removeIf(id -> running.find(id).isEmpty());
        List<RunningTurn> due = running.all().stream().filter(this::isDue).toList();
        due.stream()
                .sorted(Comparator.comparing(RunningTurn::elapsed).reversed())
                .limit(MAX_STACK_LINES)
                .forEach(turn ->
                        Log.infof(
                                "Turn %s: agent %s has been thinking for %d s, %d pieces so far",
                                turn.context().id(),
                                turn.context().agentType(),
                                turn.elapsed().toSeconds(),
                                turn.stream().eventCount()));
        if (due.size() > MAX_STACK_LINES) {
            Log.infof("... and %d more turns that take long", due.size() - MAX_STACK_LINES);
        }
    }

    private boolean isDue(RunningTurn turn) {
        long beats = turn.elapsed().dividedBy(config.slowLogInterval());
        Long before = beats == 0 ? Long.valueOf(0) : told.put(turn.context().id(), beats);
        return beats > (before == null ? 0 : before);
    }
}
