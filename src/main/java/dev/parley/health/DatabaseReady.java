package dev.parley.health;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means that the database answers within a second. */
@Readiness
@ApplicationScoped
class DatabaseReady implements HealthCheck {

    private static final int SECONDS = 1;
    private static final String NAME = "database";

    private final AgroalDataSource database;

    /**
     * At most one question is under way: a database that hangs must not gather threads that wait
     * for it.
     */
    private final AtomicBoolean asking = new AtomicBoolean();

    DatabaseReady(AgroalDataSource database) {
        this.database = database;
    }

    @Override
    public HealthCheckResponse call() {
        if (!asking.compareAndSet(false, true)) {
            return down("an earlier question is still waiting for an answer");
        }
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("ready-database").start(() -> ask(answer));
        try {
            return answer.get(SECONDS, TimeUnit.SECONDS)
                    ? HealthCheckResponse.up(NAME)
                    : down("the connection is dead");
        } catch (TimeoutException slow) {
            return down("no answer within " + SECONDS + " s");
        } catch (ExecutionException refused) {
            return down("the database cannot be reached");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return down("interrupted");
        }
    }

    private void ask(CompletableFuture<Boolean> answer) {
        try (Connection connection = database.getConnection()) {
            answer.complete(connection.isValid(SECONDS));
        } catch (SQLException | RuntimeException refused) {
            answer.completeExceptionally(refused);
        } finally {
            asking.set(false);
        }
    }

    private static HealthCheckResponse down(String reason) {
        return HealthCheckResponse.named(NAME).down().withData("reason", reason).build();
    }
}
