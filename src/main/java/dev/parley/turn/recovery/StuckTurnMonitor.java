package dev.parley.turn.recovery;

import dev.parley.agent.AgentProfiles;
import dev.parley.agent.AgentType;
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
 * Monitors the turns that run in this process: logs slow turns, and ends turns whose agent ignores
 * its interrupt, so that no turn runs forever.
 */
@ApplicationScoped
public class StuckTurnMonitor implements Job {

    private static final int MAX_LOGGED_TURNS = 20;

    private final RunningTurnRegistry runningTurns;
    private final TurnEngine engine;
    private final AgentRunner agentRunner;
    private final AgentProfiles profiles;
    private final TurnConfig config;
    private final Map<TurnId, Long> loggedIntervals = new ConcurrentHashMap<>();

    public StuckTurnMonitor(
            RunningTurnRegistry runningTurns,
            TurnEngine engine,
            AgentRunner agentRunner,
            AgentProfiles profiles,
            TurnConfig config) {
        this.runningTurns = runningTurns;
        this.engine = engine;
        this.agentRunner = agentRunner;
        this.profiles = profiles;
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
        runningTurns.all().forEach(this::endIfUnresponsive);
        logSlowTurns();
    }

    private void endIfUnresponsive(RunningTurn turn) {
        Optional<Duration> stopped = turn.stoppedFor();
        if (stopped.isPresent() && stopped.get().compareTo(config.interruptGrace()) >= 0) {
            logUnresponsive(turn);
            engine.forceEnd(turn, turn.stopped().orElseThrow().outcome(Usage.NONE));
        } else if (stopped.isEmpty()
                && turn.thread().isPresent()
                && turn.elapsed().compareTo(maxElapsed(turn.context().agentType())) >= 0) {
            logUnresponsive(turn);
            engine.forceEnd(
                    turn,
                    new TurnOutcome.TimedOut(
                            agentRunner.timeoutMessage(turn.context().agentType()), Usage.NONE));
        }
    }

    /** How long a turn of the agent may run until it is stuck, and this monitor ends it. */
    public Duration maxElapsed(AgentType agent) {
        return profiles.timeout(agent).plus(config.interruptGrace());
    }

    private static void logUnresponsive(RunningTurn turn) {
        IllegalStateException stack = new IllegalStateException("Stack of the stuck thread");
        turn.thread().ifPresent(thread -> stack.setStackTrace(thread.getStackTrace()));
        Log.errorf(
                stack,
                "Turn %s: agent %s ignored the interrupt; the turn ends without waiting for the"
                        + " agent",
                turn.context().id(),
                turn.context().agentType());
    }

    /**
     * Logs each slow turn once per interval, the oldest first; beyond the maximum only their
     * number.
     */
    private void logSlowTurns() {
        loggedIntervals.keySet().removeIf(id -> runningTurns.find(id).isEmpty());
        List<RunningTurn> slowTurns =
                runningTurns.all().stream().filter(this::isDueForLog).toList();
        slowTurns.stream()
                .sorted(Comparator.comparing(RunningTurn::elapsed).reversed())
                .limit(MAX_LOGGED_TURNS)
                .forEach(turn ->
                        Log.infof(
                                "Turn %s: agent %s has been thinking for %d s, %d events so far",
                                turn.context().id(),
                                turn.context().agentType(),
                                turn.elapsed().toSeconds(),
                                turn.stream().eventCount()));
        if (slowTurns.size() > MAX_LOGGED_TURNS) {
            Log.infof("%d more slow turns are not listed", slowTurns.size() - MAX_LOGGED_TURNS);
        }
    }

    private boolean isDueForLog(RunningTurn turn) {
        long intervals = turn.elapsed().dividedBy(config.slowLogInterval());
        Long logged =
                intervals == 0
                        ? Long.valueOf(0)
                        : loggedIntervals.put(turn.context().id(), intervals);
        return intervals > (logged == null ? 0 : logged);
    }
}
