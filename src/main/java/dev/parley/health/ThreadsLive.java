package dev.parley.health;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Live means that a virtual thread still gets its turn, within a bound. Never asks the database:
 * restarting this process does not mend another.
 */
@Liveness
@ApplicationScoped
class ThreadsLive implements HealthCheck {

    private static final int SECONDS = 2;
    private static final String NAME = "virtual threads";

    @Override
    public HealthCheckResponse call() {
        CompletableFuture<Void> sign = new CompletableFuture<>();
        Thread.ofVirtual().name("live").start(() -> sign.complete(null));
        try {
            sign.get(SECONDS, TimeUnit.SECONDS);
            return HealthCheckResponse.up(NAME);
        } catch (TimeoutException stuck) {
            return HealthCheckResponse.named(NAME)
                    .down()
                    .withData("reason", "no virtual thread ran within " + SECONDS + " s")
                    .build();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("The sign is never an exception", impossible);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return HealthCheckResponse.down(NAME);
        }
    }
}
