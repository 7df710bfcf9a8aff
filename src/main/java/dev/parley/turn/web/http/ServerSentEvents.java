package dev.parley.turn.web.http;

import dev.parley.api.filter.ConcurrencyLimitFilter;
import dev.parley.turn.engine.TurnCanceller;
import dev.parley.turn.stream.StreamEvent;
import dev.parley.turn.stream.TurnStream;
import dev.parley.turn.stream.remote.EventPump;
import dev.parley.turn.stream.remote.TurnStreams;
import dev.parley.turn.web.EventJson;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Streams a turn's events as server-sent events (HTML standard). An event is written when the
 * connection has taken the previous event. A comment at intervals prevents proxies from closing a
 * quiet stream as dead.
 */
@ApplicationScoped
class ServerSentEvents {

    private final TurnStreams streams;
    private final TurnCanceller canceller;
    private final EventJson json;
    private final ConcurrencyLimitFilter requests;
    private final Vertx vertx;
    private final Duration keepAliveInterval;

    ServerSentEvents(
            TurnStreams streams,
            TurnCanceller canceller,
            EventJson json,
            ConcurrencyLimitFilter requests,
            Vertx vertx,
            @ConfigProperty(name = "parley.stream.keep-alive-interval", defaultValue = "10s")
                    Duration keepAliveInterval) {
        this.streams = streams;
        this.canceller = canceller;
        this.json = json;
        this.requests = requests;
        this.vertx = vertx;
        this.keepAliveInterval = keepAliveInterval;
    }

    /**
     * @param after the number of the last event that the client has received; 0 for none
     * @param cancels whether to cancel the turn if the client disconnects before its end
     */
    Multi<OutboundSseEvent> of(TurnStream stream, long after, boolean cancels, Sse sse) {
        Context context = vertx.getOrCreateContext();
        requests.beginStream();
        return Multi.createFrom()
                .emitter(
                        emitter ->
                                new SseConnection(context, emitter, sse, cancels)
                                        .start(stream, after),
                        BackPressureStrategy.ERROR);
    }

    /** One connection. All its methods run on the connection's event loop. */
    private final class SseConnection implements EventPump.Receiver {

        private final Context context;
        private final MultiEmitter<? super OutboundSseEvent> emitter;
        private final Sse sse;
        private final boolean cancels;
        private boolean quiet;
        private boolean completed;
        private long timer;
        private @Nullable TurnStream stream;
        private @Nullable EventPump pump;

        SseConnection(
                Context context,
                MultiEmitter<? super OutboundSseEvent> emitter,
                Sse sse,
                boolean cancels) {
            this.context = context;
            this.emitter = emitter;
            this.sse = sse;
            this.cancels = cancels;
        }

        void start(TurnStream followed, long after) {
            stream = followed;
            timer =
                    vertx.setPeriodic(
                            keepAliveInterval.toMillis(), _ -> onLoop(this::sendKeepAlive));
            emitter.onTermination(() -> onLoop(this::end));
            EventPump started = EventPump.start(streams, followed, after, this, this::onLoop);
            pump = started;
            emitter.onRequest(_ -> started.signal());
        }

        @Override
        public boolean isReady() {
            return emitter.requested() > 0 && !emitter.isCancelled();
        }

        @Override
        public void accept(TurnStream from, StreamEvent event) {
            quiet = false;
            emitter.emit(
                    sse.newEventBuilder()
                            .id(Long.toString(event.number()))
                            .name(EventJson.type(event))
                            .data(json.data(from, event).toString())
                            .build());
        }

        @Override
        public void complete(boolean whole) {
            onLoop(() -> {
                completed = true;
                emitter.complete();
            });
        }

        private void sendKeepAlive() {
            if (quiet && isReady()) {
                emitter.emit(sse.newEventBuilder().comment("still here").build());
            }
            quiet = true;
        }

        private void end() {
            vertx.cancelTimer(timer);
            if (pump != null) {
                pump.close();
            }
            if (!completed && cancels && stream != null) {
                cancel(stream);
            }
        }

        private void cancel(TurnStream abandoned) {
            Thread.ofVirtual()
                    .name("detached-" + abandoned.id())
                    .start(() -> {
                        try {
                            canceller.request(abandoned.user(), abandoned.id());
                        } catch (RuntimeException failure) {
                            Log.warnf(
                                    failure,
                                    "Turn %s could not be cancelled after its client disconnected",
                                    abandoned.id());
                        }
                    });
        }

        private void onLoop(Runnable task) {
            context.runOnContext(_ -> task.run());
        }
    }
}
