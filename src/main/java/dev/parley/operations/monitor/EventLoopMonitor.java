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

/** Looks how long a task waits for its turn on each event loop, and how many wait. */
@ApplicationScoped
class EventLoopMonitor implements Job {

    private final Vertx vertx;
    private final MonitorConfig config;
    private final Timer lag;
    private final Map<EventExecutor, Long> unanswered = new ConcurrentHashMap<>();

    EventLoopMonitor(Vertx vertx, MonitorConfig config, MeterRegistry meters) {
        this.vertx = vertx;
        this.config = config;
        this.lag =
                Timer.builder("parley.eventloop.lag")
                        .description("How long a task waited for its turn on an event loop")
                        .publishPercentileHistogram(false)
                        .register(meters);
        TimeGauge.builder(
                        "parley.eventloop.blocked",
                        this,
                        TimeUnit.SECONDS,
                        watch -> watch.blocked().toNanos() / 1e9)
                .description("How long an event loop has not answered that answers least")
                .register(meters);
        Gauge.builder("parley.eventloop.waiting", this, EventLoopMonitor::waiting)
                .description("Tasks that wait for their turn on the event loops")
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
                    "%d tasks wait for the event loops: something blocks one of them, or there is"
                            + " more to do than this machine can. See the thread dump (jcmd PID"
                            + " Thread.print)",
                    waiting);
        }
        for (EventExecutor loop : loops()) {
            // A loop that has not answered yet is not asked again: its queue does not grow
            if (unanswered.putIfAbsent(loop, System.nanoTime()) == null) {
                loop.execute(() -> answered(loop));
            }
        }
    }

    private Duration blocked() {
        long now = System.nanoTime();
        return unanswered.values().stream()
                .map(asked -> Duration.ofNanos(now - asked))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private void answered(EventExecutor loop) {
        Long asked = unanswered.remove(loop);
        if (asked != null) {
            tell(Duration.ofNanos(System.nanoTime() - asked));
        }
    }

    private void tell(Duration waited) {
        lag.record(waited);
        if (waited.compareTo(config.eventLoopLagWarnThreshold()) >= 0) {
            Log.warnf(
                    "A task waited %d ms for its turn on an event loop: something blocks it",
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
