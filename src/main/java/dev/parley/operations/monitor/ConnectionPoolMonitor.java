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
 * Looks at the pool: who holds a connection for long, and whether others wait. Its numbers are
 * metrics of their own ({@code agroal_*}, {@code parley_pool_oldest_checkout_age_seconds}).
 */
@ApplicationScoped
class ConnectionPoolMonitor implements Job {

    private static final int MAX_STACK_LINES = 10;

    private final AgroalDataSource pool;
    private final ConnectionTracker held;
    private final MonitorConfig config;

    ConnectionPoolMonitor(
            AgroalDataSource pool,
            ConnectionTracker held,
            MonitorConfig config,
            MeterRegistry meters) {
        this.pool = pool;
        this.held = held;
        this.config = config;
        TimeGauge.builder(
                        "parley.pool.oldest.checkout.age",
                        this,
                        TimeUnit.SECONDS,
                        watch -> watch.longest().toNanos() / 1e9)
                .description("How long a connection has been held that is held longest just now")
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
                    "The pool: %d of %d connections in use, the longest for %d ms, and %d threads"
                            + " wait for one. Where this stays, look at slow statements first, then"
                            + " raise quarkus.datasource.jdbc.max-size",
                    pool.getMetrics().activeCount(),
                    pool.getConfiguration().connectionPoolConfiguration().maxSize(),
                    longest().toMillis(),
                    waiting);
        }
        held.checkouts().stream()
                .filter(hold -> hold.elapsed().compareTo(config.connectionHeldWarnThreshold()) >= 0)
                .sorted(Comparator.comparing(Checkout::elapsed).reversed())
                .limit(MAX_STACK_LINES)
                .forEach(ConnectionPoolMonitor::tell);
    }

    private Duration longest() {
        return held.checkouts().stream()
                .map(Checkout::elapsed)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private static void tell(Checkout hold) {
        IllegalStateException where = new IllegalStateException("Its thread is here:");
        where.setStackTrace(hold.thread().getStackTrace());
        Log.warnf(
                where,
                "A connection has been held for %d s by the thread %s; it was taken at %s",
                hold.elapsed().toSeconds(),
                hold.thread().getName(),
                hold.place());
    }
}
