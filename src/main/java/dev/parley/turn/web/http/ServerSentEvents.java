package dev.parley.turn.web.http;

import dev.parley.api.filter.ConcurrencyLimitFilter;
import dev.parley.turn.engine.TurnCanceller;
import dev.parley.turn.stream.StreamEvent;
import dev.parley.turn.stream.TurnStream;
import dev.parley.turn.stream.remote.EventPump;
import dev.parley.turn.stream.remote.TurnStreams;
import dev.parley.turn.web.EventJson;
import dev.parley.turn.web.Listener;
import io.quarkus.logging.Log;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Streams a turn's events as server-sent events (HTML standard). An event is written when the
 * connection has taken the previous event. A comment at intervals prevents proxies from closing a
 * quiet stream as dead. A stream ends early if its caller's token is revoked.
 */
@ApplicationScoped
class ServerSentEvents implements Listener.Source {

    private final TurnStreams streams;
    private final TurnCanceller canceller;
    private final EventJson json;
    private final ConcurrencyLimitFilter requests;
    private final Vertx vertx;
    private final CurrentIdentityAssociation caller;
    private final Duration keepAliveInterval;
    private final Set<SseConnection> open = ConcurrentHashMap.newKeySet();

    ServerSentEvents(
            TurnStreams streams,
            TurnCanceller canceller,
            EventJson json,
            ConcurrencyLimitFilter requests,
            Vertx vertx,
            CurrentIdentityAssociation caller,
            @ConfigProperty(name = "parley.stream.keep-alive-interval", defaultValue = "10s")
                    Duration keepAliveInterval) {
        this.streams = streams;
        this.canceller = canceller;
        this.json = json;
        this.requests = requests;
        this.vertx = vertx;
        this.caller = caller;
        this.keepAliveInterval = keepAliveInterval;
    }

    /**
     * @param after the number of the last event that the client has received; 0 for none
     * @param cancels whether to cancel the turn if the client disconnects before its end
     */
    Multi<OutboundSseEvent> of(TurnStream stream, long after, boolean cancels, Sse sse) {
        Context context = vertx.getOrCreateContext();
        SecurityIdentity identity = caller.getIdentity();
        requests.beginStream();
        return Multi.createFrom()
                .emitter(
                        emitter ->
                                new SseConnection(context, identity, emitter, sse, cancels)
                                        .start(stream, after),
                        BackPressureStrategy.ERROR);
    }

    @Override
    public Collection<? extends Listener> listeners() {
        return open;
    }

    /** One connection. All its methods run on the connection's event loop. */
    private final class SseConnection implements EventPump.Receiver, Listener {

        private final Context context;
        private final SecurityIdentity identity;
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
                SecurityIdentity identity,
                MultiEmitter<? super OutboundSseEvent> emitter,
                Sse sse,
                boolean cancels) {
            this.context = context;
            this.identity = identity;
            this.emitter = emitter;
            this.sse = sse;
            this.cancels = cancels;
        }

        void start(TurnStream followed, long after) {
            stream = followed;
            timer =
                    vertx.setPeriodic(
                            keepAliveInterval.toMillis(), _ -> onLoop(this::sendKeepAlive));
            open.add(this);
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

        @Override
        public SecurityIdentity identity() {
            return identity;
        }

        /** The client did not disconnect: the turn continues, even if it {@code cancels}. */
        @Override
        public void revoke() {
            complete(false);
        }

        private void sendKeepAlive() {
            if (quiet && isReady()) {
                emitter.emit(sse.newEventBuilder().comment("still here").build());
            }
            quiet = true;
        }

        private void end() {
            open.remove(this);
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
