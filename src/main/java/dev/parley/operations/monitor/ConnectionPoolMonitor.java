package dev.parley.operations.monitor;

import dev.parley.platform.database.ConnectionTracker;
import dev.parley.platform.database.ConnectionTracker.Checkout;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/**
 * Warns of connections that are checked out for long, and of threads that wait for a connection.
 * The same numbers are metrics ({@code agroal_*}, {@code parley_pool_oldest_checkout_age_seconds}).
 */
@ApplicationScoped
class ConnectionPoolMonitor implements Job {

    private static final int MAX_LOGGED_CHECKOUTS = 10;

    private final AgroalDataSource pool;
    private final ConnectionTracker connections;
    private final MonitorConfig config;

    ConnectionPoolMonitor(
            AgroalDataSource pool,
            ConnectionTracker connections,
            MonitorConfig config,
            MeterRegistry meters) {
        this.pool = pool;
        this.connections = connections;
        this.config = config;
        TimeGauge.builder(
                        "parley.pool.oldest.checkout.age",
                        this,
                        TimeUnit.SECONDS,
                        monitor -> monitor.oldestCheckoutAge().toNanos() / 1e9)
                .description("Age of the oldest checkout of a connection")
                .register(meters);
    }

    @Override
    public String name() {
        return "monitor-connection-pool";
    }

    @Override
    public Duration interval() {
        return config.poolInterval();
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(10);
    }

    @Override
    public void run(Deadline deadline) {
        long waiting = pool.getMetrics().awaitingCount();
        if (waiting > 0) {
            Log.warnf(
                    "Connection pool: %d of %d connections in use, the longest for %d ms, and %d"
                            + " threads waiting. If this persists, look for slow statements first,"
                            + " then raise quarkus.datasource.jdbc.max-size",
                    pool.getMetrics().activeCount(),
                    pool.getConfiguration().connectionPoolConfiguration().maxSize(),
                    oldestCheckoutAge().toMillis(),
                    waiting);
        }
        connections.checkouts().stream()
                .filter(checkout ->
                        checkout.elapsed().compareTo(config.connectionHeldWarnThreshold()) >= 0)
                .sorted(Comparator.comparing(Checkout::elapsed).reversed())
                .limit(MAX_LOGGED_CHECKOUTS)
                .forEach(ConnectionPoolMonitor::log);
    }

    private Duration oldestCheckoutAge() {
        return connections.checkouts().stream()
                .map(Checkout::elapsed)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private static void log(Checkout checkout) {
        IllegalStateException stack = new IllegalStateException("Stack of the thread:");
        stack.setStackTrace(checkout.thread().getStackTrace());
        Log.warnf(
                stack,
                "A connection has been checked out for %d s by the thread %s, at %s",
                checkout.elapsed().toSeconds(),
                checkout.thread().getName(),
                checkout.location());
    }
}
