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
 * The streams of turns that run on other replicas and are followed here. The turn's runner gets a
 * request for events, repeated with every heartbeat; the database has what a lost message
 * contained.
 */
@ApplicationScoped
class RemoteTurnStreams implements Job {

    private static final Duration REQUEST_INTERVAL = Duration.ofMillis(200);

    private final Map<TurnId, RemoteTurnStream> remoteStreams = new ConcurrentHashMap<>();
    private final TurnQueries turns;
    private final RunningTurnRegistry runningTurns;
    private final RunnerLease runner;
    private final RunnerRepository runners;
    private final GracefulShutdown shutdown;
    private final RunnerMessenger messenger;

    RemoteTurnStreams(
            TurnQueries turns,
            RunningTurnRegistry runningTurns,
            RunnerLease runner,
            RunnerRepository runners,
            GracefulShutdown shutdown,
            RunnerMessenger messenger,
            MeterRegistry meters) {
        this.turns = turns;
        this.runningTurns = runningTurns;
        this.runner = runner;
        this.runners = runners;
        this.shutdown = shutdown;
        this.messenger = messenger;
        Gauge.builder("parley.remote.streams", remoteStreams, Map::size)
                .description("Turns that are followed here and run elsewhere, or are queued")
                .register(meters);
    }

    TurnStream open(TurnSnapshot turn) {
        RemoteTurnStream remoteStream =
                remoteStreams.computeIfAbsent(turn.record().id(), id -> new RemoteTurnStream(turn));
        if (shutdown.isDraining()) {
            detach(remoteStream, DetachReason.STOPPING);
        } else {
            runAsync(() -> requestEvents(List.of(remoteStream)));
        }
        return remoteStream.stream();
    }

    @Override
    public String name() {
        return "poll-remote-streams";
    }

    @Override
    public Duration interval() {
        return runners.checkInterval();
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(10);
    }

    @Override
    public void run(Deadline deadline) {
        refresh();
    }

    void onMessage(@Observes RunnerMessageReceived message) {
        JsonNode content = message.content();
        if (content.has(StreamMessages.TURN)) {
            RemoteTurnStream remoteStream =
                    remoteStreams.get(StreamMessages.turn(content, StreamMessages.TURN));
            if (remoteStream != null) {
                onMessage(remoteStream, content);
            }
        }
    }

    private void onMessage(RemoteTurnStream remoteStream, JsonNode content) {
        if (content.has(StreamMessages.OVER)) {
            runAsync(() -> checkDatabase(List.of(remoteStream)));
            requestEventsLater(remoteStream, runners.checkInterval());
        } else if (content.path(StreamMessages.ATTEMPT).asInt() == remoteStream.stream().attempt()
                && !append(remoteStream.stream(), content)) {
            requestEventsLater(remoteStream, REQUEST_INTERVAL);
        }
    }

    /** Sends one request after the pause, however many gaps are detected in the meantime. */
    private void requestEventsLater(RemoteTurnStream remoteStream, Duration pause) {
        if (remoteStream.claimRequest()) {
            runAsync(() -> {
                pause(pause);
                remoteStream.clearRequest();
                if (remoteStreams.containsValue(remoteStream)) {
                    requestEvents(List.of(remoteStream));
                }
            });
        }
    }

    private static boolean append(TurnStream stream, JsonNode content) {
        return content.has(StreamMessages.TEXT)
                ? stream.appendRemoteText(
                        content.path(StreamMessages.AT).asInt(),
                        content.path(StreamMessages.TEXT).asText())
                : stream.appendRemoteOffsets(
                        content.path(StreamMessages.FIRST).asInt(),
                        content.path(StreamMessages.OFFSETS));
    }

    /** Messages may have been lost: requests the events of all turns again. */
    void onReconnected(@Observes RunnerReconnected event) {
        runAsync(this::refresh);
    }

    /** The turn now runs here: its followers switch to the engine's stream. */
    void onTurnStarted(@Observes TurnStarted event) {
        RemoteTurnStream remoteStream = remoteStreams.get(event.id());
        if (remoteStream != null) {
            detach(remoteStream, DetachReason.MOVED);
        }
    }

    /** Detaches all streams: clients reconnect to another replica and resume there. */
    void onShutdownStarted(@Observes GracefulShutdown.ShutdownStarted event) {
        remoteStreams.values().forEach(remoteStream -> detach(remoteStream, DetachReason.STOPPING));
    }

    private void refresh() {
        remoteStreams.values().stream()
                .filter(remoteStream ->
                        !remoteStream.stream().hasSubscribers()
                                && remoteStream.ageNanos() > runners.checkInterval().toNanos())
                .forEach(this::unfollow);
        checkDatabase(remoteStreams.values());
        requestEvents(remoteStreams.values());
    }

    private void checkDatabase(Collection<RemoteTurnStream> streams) {
        if (streams.isEmpty()) {
            return;
        }
        List<TurnId> ids =
                streams.stream().map(remoteStream -> remoteStream.stream().id()).toList();
        List<TurnSnapshot> found = turns.snapshots(ids);
        Set<TurnId> existingIds =
                found.stream().map(turn -> turn.record().id()).collect(Collectors.toSet());
        // The turn was erased: a follower opens the turn again and gets TurnNotFound
        streams.stream()
                .filter(remoteStream -> !existingIds.contains(remoteStream.stream().id()))
                .forEach(remoteStream -> detach(remoteStream, DetachReason.MOVED));
        for (TurnSnapshot turn : found) {
            RemoteTurnStream remoteStream = remoteStreams.get(turn.record().id());
            if (remoteStream != null) {
                applySnapshot(remoteStream, turn);
            }
        }
    }

    private void applySnapshot(RemoteTurnStream remoteStream, TurnSnapshot turn) {
        boolean isOtherAttempt = turn.attempt() != remoteStream.stream().attempt();
        if (turn.record().hasEnded() && !isOtherAttempt) {
            remoteStreams.remove(turn.record().id(), remoteStream);
            remoteStream.stream().complete(turn);
        } else if (isOtherAttempt
                || !remoteStream.matches(turn)
                || runningTurns.stream(turn.record().id()).isPresent()) {
            detach(remoteStream, DetachReason.MOVED);
        }
    }

    private void requestEvents(Collection<RemoteTurnStream> streams) {
        List<RunnerMessage> requests = new ArrayList<>();
        for (RemoteTurnStream remoteStream : streams) {
            remoteRunner(remoteStream)
                    .ifPresent(
                            to -> requests.add(StreamMessages.follow(to, remoteStream.stream())));
        }
        messenger.send(requests);
    }

    private void unfollow(RemoteTurnStream remoteStream) {
        detach(remoteStream, DetachReason.MOVED);
        remoteRunner(remoteStream)
                .filter(to -> !remoteStreams.containsKey(remoteStream.stream().id()))
                .ifPresent(to ->
                        messenger.send(
                                List.of(StreamMessages.unfollow(to, remoteStream.stream().id()))));
    }

    private Optional<RunnerId> remoteRunner(RemoteTurnStream remoteStream) {
        return remoteStream.runner().filter(id -> !id.equals(runner.id()));
    }

    private void detach(RemoteTurnStream remoteStream, DetachReason reason) {
        remoteStreams.remove(remoteStream.stream().id(), remoteStream);
        remoteStream.stream().detach(reason);
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private static void runAsync(Runnable work) {
        Thread.ofVirtual()
                .name("mirrors")
                .start(() -> {
                    try {
                        work.run();
                    } catch (RuntimeException failure) {
                        Log.warnf(
                                "Events of turns on other replicas could not be requested; retrying"
                                        + " with the next heartbeat: %s",
                                failure.getMessage());
                        Log.debug("Stack trace of the failed request for events", failure);
                    }
                });
    }
}
