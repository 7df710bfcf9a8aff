package dev.parley.operations.warmup;

import dev.parley.account.token.WarmUpAccount;
import dev.parley.turn.engine.WarmUpTurns;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ImageMode;
import io.quarkus.vertx.http.HttpServerStart;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.transaction.TransactionManager;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * A cold process does a quarter of what a warm one does: the path of a turn is gone many times
 * before readiness lets anybody in. Turns are rehearsed in transactions that are rolled back, of an
 * account that never was; the door is rehearsed with a token that it refuses. Nothing is left of
 * it, and where it fails, the process is ready all the same.
 */
@ApplicationScoped
@Readiness
class WarmUp implements AsyncHealthCheck {

    private static final int JVM_ROUNDS = 400;

    private final WarmUpConfig config;
    private final WarmUpAccount standIn;
    private final WarmUpTurns rehearsal;
    private final Vertx vertx;
    private final TransactionManager transactions;
    private volatile boolean isAwake;
    private final AtomicInteger rounds = new AtomicInteger();

    WarmUp(
            WarmUpConfig config,
            WarmUpAccount standIn,
            WarmUpTurns rehearsal,
            Vertx vertx,
            TransactionManager transactions) {
        this.transactions = transactions;
        this.config = config;
        this.standIn = standIn;
        this.rehearsal = rehearsal;
        this.vertx = vertx;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom().item(HealthCheckResponse.named("awake").status(isAwake).build());
    }

    /** How often the path was gone so far. */
    int rounds() {
        return rounds.get();
    }

    /** Once the door can be knocked at; whoever else waits for that does not wait for this. */
    void onListening(@ObservesAsync HttpServerStart server) {
        int port = server.options().getPort();
        Thread.ofVirtual().name("warm-up").start(() -> wake(port));
    }

    private void wake(int port) {
        try {
            rehearse(port);
        } catch (Exception failure) {
            Log.warnf(failure, "The process could not be warmed up; its first requests are slow");
        } finally {
            isAwake = true;
        }
    }

    private void rehearse(int port) throws Exception {
        int wanted = config.rounds().orElse(ImageMode.current().isNativeImage() ? 0 : JVM_ROUNDS);
        if (wanted == 0) {
            return;
        }
        long began = System.nanoTime();
        HttpClient client = vertx.createHttpClient();
        String token = standIn.refusedToken();
        try {
            while (rounds.get() < wanted
                    && System.nanoTime() - began < config.timeout().toNanos()) {
                openAndSettle();
                rehearsal.think();
                if (port > 0) { // else the system has chosen one, which nobody tells here
                    knock(client, port, token);
                }
                rounds.incrementAndGet();
            }
            Log.debugf(
                    "Rehearsed %d turns in %d ms",
                    rounds.get(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        } finally {
            client.close();
        }
    }

    /** All of it is taken back. */
    private void openAndSettle() throws Exception {
        transactions.begin();
        try {
            rehearsal.openAndSettle(standIn.inThisTransaction());
        } finally {
            transactions.rollback();
        }
    }

    private void knock(HttpClient client, int port, String token) throws Exception {
        client.request(HttpMethod.POST, port, "127.0.0.1", "/api/chat")
                .map(request ->
                        request.putHeader("Content-Type", "application/json")
                                .putHeader("Authorization", "Bearer " + token))
                .compose((HttpClientRequest request) -> request.send("{\"message\":\"hello\"}"))
                .compose(HttpClientResponse::body)
                .toCompletionStage()
                .toCompletableFuture()
                .get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }
}
