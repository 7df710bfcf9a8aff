package dev.parley.turn.stream.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.cluster.RunnerMessage;
import dev.parley.platform.cluster.RunnerMessageReceived;
import dev.parley.platform.cluster.RunnerMessenger;
import dev.parley.platform.cluster.RunnerReconnected;
import dev.parley.platform.cluster.RunnerRepository;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnSnapshot;
import dev.parley.turn.engine.GracefulShutdown;
import dev.parley.turn.engine.RunningTurnRegistry;
import dev.parley.turn.engine.TurnStarted;
import dev.parley.turn.store.TurnQueries;
import dev.parley.turn.stream.TurnStream;
import dev.parley.turn.stream.TurnStream.DetachReason;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The turns that run on other replicas and are followed here. Their runner is asked for events, and
 * asked again with every heartbeat; what a lost message contained, the database has.
 */
@ApplicationScoped
class RemoteTurnStreams implements Job {

    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(200);

    private final Map<TurnId, RemoteTurnStream> mirrors = new ConcurrentHashMap<>();
    private final TurnQueries turns;
    private final RunningTurnRegistry running;
    private final RunnerLease runner;
    private final RunnerRepository runners;
    private final GracefulShutdown stopping;
    private final RunnerMessenger post;

    RemoteTurnStreams(
            TurnQueries turns,
            RunningTurnRegistry running,
            RunnerLease runner,
            RunnerRepository runners,
            GracefulShutdown stopping,
            RunnerMessenger post,
            MeterRegistry meters) {
        this.turns = turns;
        this.running = running;
        this.runner = runner;
        this.runners = runners;
        this.stopping = stopping;
        this.post = post;
        Gauge.builder("parley.remote.streams", mirrors, Map::size)
                .description("Turns that are followed here and run elsewhere, or are queued")
                .register(meters);
    }

    TurnStream of(TurnSnapshot turn) {
        RemoteTurnStream mirror =
                mirrors.computeIfAbsent(turn.record().id(), id -> new RemoteTurnStream(turn));
        if (stopping.isDraining()) {
            drop(mirror, DetachReason.STOPPING);
        } else {
            later(() -> ask(List.of(mirror)));
        }
        return mirror.stream();
    }

    @Override
    public String name() {
        return "poll-remote-streams";
    }

    @Override
    public Duration interval() {
        return runners.lookEvery();
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(10);
    }

    @Override
    public void run(Deadline deadline) {
        lookAgain();
    }

    void onMessage(@Observes RunnerMessageReceived letter) {
        JsonNode content = letter.content();
        if (content.has(StreamMessages.TURN)) {
            RemoteTurnStream mirror =
                    mirrors.get(StreamMessages.turn(content, StreamMessages.TURN));
            if (mirror != null) {
                onMessage(mirror, content);
            }
        }
    }

    private void onMessage(RemoteTurnStream mirror, JsonNode content) {
        if (content.has(StreamMessages.OVER)) {
            later(() -> look(List.of(mirror)));
            askLater(mirror, runners.lookEvery());
        } else if (content.path(StreamMessages.ATTEMPT).asInt() == mirror.stream().attempt()
                && !isTaken(mirror.stream(), content)) {
            askLater(mirror, BETWEEN_QUESTIONS);
        }
    }

    /** However many gaps there are meanwhile, it is one question. */
    private void askLater(RemoteTurnStream mirror, Duration pause) {
        if (mirror.isAboutToAsk()) {
            later(() -> {
                pause(pause);
                mirror.asks();
                if (mirrors.containsValue(mirror)) {
                    ask(List.of(mirror));
                }
            });
        }
    }

    private static boolean isTaken(TurnStream stream, JsonNode content) {
        return content.has(StreamMessages.TEXT)
                ? stream.receive(
                        content.path(StreamMessages.AT).asInt(),
                        content.path(StreamMessages.TEXT).asText())
                : stream.receive(
                        content.path(StreamMessages.FIRST).asInt(),
                        content.path(StreamMessages.MARKS));
    }

    /** Messages may have been lost: everything is asked for again. */
    void afterSilence(@Observes RunnerReconnected restored) {
        later(this::lookAgain);
    }

    /** From now on it is told by the engine itself. */
    void runsHere(@Observes TurnStarted started) {
        RemoteTurnStream mirror = mirrors.get(started.id());
        if (mirror != null) {
            drop(mirror, DetachReason.MOVED);
        }
    }

    /** A client that follows from here comes back to another replica, and resumes there. */
    void stop(@Observes GracefulShutdown.ShutdownStarted begun) {
        mirrors.values().forEach(mirror -> drop(mirror, DetachReason.STOPPING));
    }

    private void lookAgain() {
        mirrors.values().stream()
                .filter(mirror ->
                        !mirror.stream().hasSubscribers()
                                && mirror.ageNanos() > runners.lookEvery().toNanos())
                .forEach(this::forget);
        look(mirrors.values());
        ask(mirrors.values());
    }

    private void look(Collection<RemoteTurnStream> remoteTurnStreams) {
        if (remoteTurnStreams.isEmpty()) {
            return;
        }
        List<TurnId> ids = remoteTurnStreams.stream().map(mirror -> mirror.stream().id()).toList();
        List<TurnSnapshot> found = turns.snapshots(ids);
        Set<TurnId> there =
                found.stream().map(turn -> turn.record().id()).collect(Collectors.toSet());
        // Erased: a follower looks for it again, and finds that it is gone
        remoteTurnStreams.stream()
                .filter(mirror -> !there.contains(mirror.stream().id()))
                .forEach(mirror -> drop(mirror, DetachReason.MOVED));
        for (TurnSnapshot turn : found) {
            RemoteTurnStream mirror = mirrors.get(turn.record().id());
            if (mirror != null) {
                compare(mirror, turn);
            }
        }
    }

    private void compare(RemoteTurnStream mirror, TurnSnapshot turn) {
        boolean isOfAnotherAttempt = turn.attempt() != mirror.stream().attempt();
        if (turn.record().hasEnded() && !isOfAnotherAttempt) {
            mirrors.remove(turn.record().id(), mirror);
            mirror.stream().complete(turn);
        } else if (isOfAnotherAttempt
                || !mirror.isOf(turn)
                || running.stream(turn.record().id()).isPresent()) {
            drop(mirror, DetachReason.MOVED);
        }
    }

    private void ask(Collection<RemoteTurnStream> remoteTurnStreams) {
        List<RunnerMessage> questions = new ArrayList<>();
        for (RemoteTurnStream mirror : remoteTurnStreams) {
            elsewhere(mirror)
                    .ifPresent(to -> questions.add(StreamMessages.follow(to, mirror.stream())));
        }
        post.send(questions);
    }

    private void forget(RemoteTurnStream mirror) {
        drop(mirror, DetachReason.MOVED);
        elsewhere(mirror)
                .filter(to -> !mirrors.containsKey(mirror.stream().id()))
                .ifPresent(to ->
                        post.send(List.of(StreamMessages.unfollow(to, mirror.stream().id()))));
    }

    private Optional<RunnerId> elsewhere(RemoteTurnStream mirror) {
        return mirror.runner().filter(id -> !id.equals(runner.id()));
    }

    private void drop(RemoteTurnStream mirror, DetachReason reason) {
        mirrors.remove(mirror.stream().id(), mirror);
        mirror.stream().detach(reason);
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private static void later(Runnable work) {
        Thread.ofVirtual()
                .name("mirrors")
                .start(() -> {
                    try {
                        work.run();
                    } catch (RuntimeException failure) {
                        Log.warnf(
                                "Turns that run elsewhere are asked for at the next beat: %s",
                                failure.getMessage());
                        Log.debug("The trace of that", failure);
                    }
                });
    }
}
