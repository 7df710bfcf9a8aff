package dev.parley.operations.monitor;

import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.quarkus.logging.Log;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Measures how long a task waits on each event loop, and how many tasks wait. */
@ApplicationScoped
class EventLoopMonitor implements Job {

    private final Vertx vertx;
    private final MonitorConfig config;
    private final Timer lag;
    private final Map<EventExecutor, Long> submittedAt = new ConcurrentHashMap<>();

    EventLoopMonitor(Vertx vertx, MonitorConfig config, MeterRegistry meters) {
        this.vertx = vertx;
        this.config = config;
        this.lag =
                Timer.builder("parley.eventloop.lag")
                        .description("How long a task waited for an event loop")
                        .publishPercentileHistogram(false)
                        .register(meters);
        TimeGauge.builder(
                        "parley.eventloop.blocked",
                        this,
                        TimeUnit.SECONDS,
                        monitor -> monitor.blocked().toNanos() / 1e9)
                .description("The longest time that an event loop has run no task")
                .register(meters);
        Gauge.builder("parley.eventloop.waiting", this, EventLoopMonitor::waiting)
                .description("Tasks that wait for the event loops")
                .baseUnit("tasks")
                .register(meters);
    }

    @Override
    public String name() {
        return "monitor-event-loops";
    }

    @Override
    public Duration interval() {
        return config.eventLoopInterval();
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run(Deadline deadline) {
        long waiting = waiting();
        if (waiting > config.queueLengthWarnThreshold()) {
            Log.warnf(
                    "%d tasks wait for the event loops: an event loop is blocked, or the machine is"
                            + " overloaded. Take a thread dump (jcmd PID Thread.print)",
                    waiting);
        }
        for (EventExecutor loop : loops()) {
            // No second task for a loop that has not run the first, so that its queue does not grow
            if (submittedAt.putIfAbsent(loop, System.nanoTime()) == null) {
                loop.execute(() -> recordLag(loop));
            }
        }
    }

    private Duration blocked() {
        long now = System.nanoTime();
        return submittedAt.values().stream()
                .map(submitted -> Duration.ofNanos(now - submitted))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private void recordLag(EventExecutor loop) {
        Long submitted = submittedAt.remove(loop);
        if (submitted != null) {
            record(Duration.ofNanos(System.nanoTime() - submitted));
        }
    }

    private void record(Duration waited) {
        lag.record(waited);
        if (waited.compareTo(config.eventLoopLagWarnThreshold()) >= 0) {
            Log.warnf(
                    "A task waited %d ms for an event loop: another task blocks the event loop."
                            + " Take a thread dump (jcmd PID Thread.print)",
                    waited.toMillis());
        }
    }

    private long waiting() {
        long waiting = 0;
        for (EventExecutor loop : loops()) {
            if (loop instanceof SingleThreadEventExecutor singleThreadEventExecutor) {
                waiting += singleThreadEventExecutor.pendingTasks();
            }
        }
        return waiting;
    }

    private Iterable<EventExecutor> loops() {
        return ((VertxInternal) vertx).getEventLoopGroup();
    }
}
