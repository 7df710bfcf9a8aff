package dev.parley.turn.web.http;

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
 * Tells a turn by server-sent events, as the HTML standard has them. An event is written when the
 * connection has taken the last one; a comment now and then keeps whatever stands between from
 * taking a quiet stream for a dead one.
 */
@ApplicationScoped
class ServerSentEvents {

    private final TurnStreams following;
    private final TurnCanceller cancel;
    private final EventJson json;
    private final Vertx vertx;
    private final Duration comments;

    ServerSentEvents(
            TurnStreams following,
            TurnCanceller cancel,
            EventJson json,
            Vertx vertx,
            @ConfigProperty(name = "parley.stream.keep-alive-interval", defaultValue = "10s")
                    Duration comments) {
        this.following = following;
        this.cancel = cancel;
        this.json = json;
        this.vertx = vertx;
        this.comments = comments;
    }

    /**
     * @param after the number of the last event that the client has seen; 0 for none
     * @param cancels whether the turn is cancelled when the client goes away before its end
     */
    Multi<OutboundSseEvent> of(TurnStream stream, long after, boolean cancels, Sse sse) {
        Context context = vertx.getOrCreateContext();
        return Multi.createFrom()
                .emitter(
                        emitter ->
                                new SseConnection(context, emitter, sse, cancels)
                                        .begin(stream, after),
                        BackPressureStrategy.ERROR);
    }

    /** One connection. All of it happens on the connection's event loop. */
    private final class SseConnection implements EventPump.Receiver {

        private final Context context;
        private final MultiEmitter<? super OutboundSseEvent> emitter;
        private final Sse sse;
        private final boolean cancels;
        private boolean quiet;
        private boolean over;
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

        void begin(TurnStream first, long after) {
            stream = first;
            timer = vertx.setPeriodic(comments.toMillis(), tick -> onLoop(this::comment));
            emitter.onTermination(() -> onLoop(this::end));
            EventPump started = EventPump.start(following, first, after, this, this::onLoop);
            pump = started;
            emitter.onRequest(more -> started.signal());
        }

        @Override
        public boolean isReady() {
            return emitter.requested() > 0 && !emitter.isCancelled();
        }

        @Override
        public void take(TurnStream from, StreamEvent event) {
            quiet = false;
            emitter.emit(
                    sse.newEventBuilder()
                            .id(Long.toString(event.number()))
                            .name(EventJson.type(event))
                            .data(json.data(from, event).toString())
                            .build());
        }

        @Override
        public void over(boolean whole) {
            onLoop(() -> {
                over = true;
                emitter.complete();
            });
        }

        private void comment() {
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
            if (!over && cancels && stream != null) {
                cancel(stream);
            }
        }

        private void cancel(TurnStream abandoned) {
            Thread.ofVirtual()
                    .name("detached-" + abandoned.id())
                    .start(() -> {
                        try {
                            cancel.request(abandoned.user(), abandoned.id());
                        } catch (RuntimeException failure) {
                            Log.warnf(
                                    failure,
                                    "Turn %s goes on although its client wanted it cancelled",
                                    abandoned.id());
                        }
                    });
        }

        private void onLoop(Runnable work) {
            context.runOnContext(nothing -> work.run());
        }
    }
}
