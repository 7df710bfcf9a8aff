package dev.parley.turn;

import dev.parley.agent.AgentConfig;
import dev.parley.agent.Usage;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
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
class Watch implements Job {

    private static final int MOST_LINES = 20;

    private final RunningTurns running;
    private final TakeTurn takeTurn;
    private final Thinking thinking;
    private final Duration agentTimeout;
    private final TurnConfig config;
    private final Map<TurnId, Long> told = new ConcurrentHashMap<>();

    Watch(
            RunningTurns running,
            TakeTurn takeTurn,
            Thinking thinking,
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
        return "watch-turns";
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
        tellOfLong();
    }

    private void endWhereDeaf(RunningTurn turn) {
        Optional<Duration> stopped = turn.stoppedFor();
        if (stopped.isPresent() && stopped.get().compareTo(config.deafAfter()) >= 0) {
            tellDeaf(turn);
            takeTurn.endWithout(turn, turn.stopped().orElseThrow().outcome(Usage.NONE));
        } else if (stopped.isEmpty()
                && turn.thread().isPresent()
                && turn.elapsed().compareTo(agentTimeout.plus(config.deafAfter())) >= 0) {
            tellDeaf(turn);
            takeTurn.endWithout(turn, new TurnOutcome.TimedOut(thinking.tooLate(), Usage.NONE));
        }
    }

    private static void tellDeaf(RunningTurn turn) {
        IllegalStateException where = new IllegalStateException("It is here:");
        turn.thread().ifPresent(thread -> where.setStackTrace(thread.getStackTrace()));
        Log.errorf(
                where,
                "Turn %s: agent %s does not listen to an interrupt; the turn ends without it",
                turn.opened().id(),
                turn.opened().agentType());
    }

    /** The oldest first, each at its own beat; with thousands of them the rest is a number. */
    private void tellOfLong() {
        told.keySet().removeIf(id -> running.find(id).isEmpty());
        List<RunningTurn> due = running.all().stream().filter(this::isDue).toList();
        due.stream()
                .sorted(Comparator.comparing(RunningTurn::elapsed).reversed())
                .limit(MOST_LINES)
                .forEach(turn ->
                        Log.infof(
                                "Turn %s: agent %s has been thinking for %d s, %d pieces so far",
                                turn.opened().id(),
                                turn.opened().agentType(),
                                turn.elapsed().toSeconds(),
                                turn.stream().pieces()));
        if (due.size() > MOST_LINES) {
            Log.infof("... and %d more turns that take long", due.size() - MOST_LINES);
        }
    }

    private boolean isDue(RunningTurn turn) {
        long beats = turn.elapsed().dividedBy(config.tellEvery());
        Long before = beats == 0 ? Long.valueOf(0) : told.put(turn.opened().id(), beats);
        return beats > (before == null ? 0 : before);
    }
}
