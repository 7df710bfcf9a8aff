package dev.parley.operations.warmup;

import dev.parley.account.token.WarmUpAccount;
import dev.parley.platform.database.sql.TrialRun;
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
 * Warms the process up before it reports ready, because a cold JVM has a quarter of the throughput
 * of a warm one. Warm-up turns run many times, in transactions that are rolled back, for an account
 * that does not exist; the HTTP API is warmed up with a token that it rejects. The warm-up leaves
 * no data, and if it fails, the process becomes ready all the same.
 */
@ApplicationScoped
@Readiness
class WarmUp implements AsyncHealthCheck {

    private static final int JVM_ROUNDS = 400;

    private final WarmUpConfig config;
    private final WarmUpAccount warmUpAccount;
    private final WarmUpTurns warmUpTurns;
    private final Vertx vertx;
    private final TransactionManager transactions;
    private volatile boolean isDone;
    private final AtomicInteger rounds = new AtomicInteger();

    WarmUp(
            WarmUpConfig config,
            WarmUpAccount warmUpAccount,
            WarmUpTurns warmUpTurns,
            Vertx vertx,
            TransactionManager transactions) {
        this.transactions = transactions;
        this.config = config;
        this.warmUpAccount = warmUpAccount;
        this.warmUpTurns = warmUpTurns;
        this.vertx = vertx;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom().item(HealthCheckResponse.named("warm-up").status(isDone).build());
    }

    /** The number of warm-up turns so far. */
    int rounds() {
        return rounds.get();
    }

    /** Starts the warm-up on its own thread, so that other observers of the event do not wait. */
    void onListening(@ObservesAsync HttpServerStart server) {
        int port = server.options().getPort();
        Thread.ofVirtual().name("warm-up").start(() -> warmUp(port));
    }

    private void warmUp(int port) {
        try {
            runRounds(port);
        } catch (Exception failure) {
            Log.warnf(failure, "The warm-up failed; the first requests will be slow");
        } finally {
            isDone = true;
        }
    }

    private void runRounds(int port) throws Exception {
        int maxRounds =
                config.rounds().orElse(ImageMode.current().isNativeImage() ? 0 : JVM_ROUNDS);
        if (maxRounds == 0) {
            return;
        }
        long startedAt = System.nanoTime();
        HttpClient client = vertx.createHttpClient();
        String token = warmUpAccount.refusedToken();
        try {
            while (rounds.get() < maxRounds
                    && System.nanoTime() - startedAt < config.timeout().toNanos()) {
                openAndSettle();
                warmUpTurns.think();
                if (port > 0) { // 0 means a random port, which the event does not contain
                    sendRejectedRequest(client, port, token);
                }
                rounds.incrementAndGet();
            }
            Log.debugf(
                    "Ran %d warm-up turns in %d ms",
                    rounds.get(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt));
        } finally {
            client.close();
        }
    }

    /** Everything is rolled back. */
    private void openAndSettle() throws Exception {
        transactions.begin();
        try {
            TrialRun.run(() -> warmUpTurns.openAndSettle(warmUpAccount.inThisTransaction()));
        } finally {
            transactions.rollback();
        }
    }

    private void sendRejectedRequest(HttpClient client, int port, String token) throws Exception {
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
