package dev.parley.health;

import dev.parley.background.Deadline;
import dev.parley.background.Job;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Looks at the memory, and tells where it grows steadily. */
@ApplicationScoped
class WatchMemory implements Job {

    private static final double MIB = 1024 * 1024;
    private static final Duration TREND_OVER = Duration.ofHours(1);

    private final MonitorConfig config;
    private final Trend resident;

    WatchMemory(MonitorConfig config, MeterRegistry meters) {
        this.config = config;
        this.resident =
                new Trend(
                        Math.toIntExact(
                                Math.max(3, TREND_OVER.dividedBy(config.memoryEvery()) + 1)));
        Gauge.builder("parley.memory.resident", ResidentMemory::bytes)
                .description("Memory of the process, as the system counts it")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("parley.memory.growth", resident, Trend::steadyGrowth)
                .description(
                        "How much the resident memory grew steadily over the last hour, as a part"
                                + " of it")
                .baseUnit("ratio")
                .register(meters);
    }

    @Override
    public String name() {
        return "watch-memory";
    }

    @Override
    public Duration interval() {
        return config.memoryEvery();
    }

    @Override
    public Duration limit() {
        return Duration.ofSeconds(10);
    }

    @Override
    public void run(Deadline deadline) {
        look(ResidentMemory.bytes());
    }

    /** One more measurement, in bytes. */
    void look(double bytes) {
        resident.add(bytes);
        if (resident.steadyGrowth() >= config.growthTold()) {
            Log.warnf(
                    "The memory grows steadily: %.0f %% within the last hour. Resident %.0f MiB,"
                            + " heap %.0f MiB, direct %.0f MiB. Where it goes on, take a heap dump"
                            + " (jcmd PID GC.heap_dump FILE) before the limit does it",
                    100 * resident.steadyGrowth(),
                    bytes / MIB,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB,
                    direct() / MIB);
        }
    }

    private static double direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
