package dev.parley.operations.monitor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The gauge of what the system counts as this process's memory. Whether it grows steadily is asked
 * by the alert {@code ParleyMemoryGrows}: Prometheus remembers the past, and this process does not.
 */
@Singleton
class ResidentMemory implements MeterBinder {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String LINE = "VmRSS:";

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("parley.memory.resident", ResidentMemory::bytes)
                .description("Memory of the process, as the system counts it")
                .baseUnit("bytes")
                .register(meters);
    }

    /** In bytes; NaN on a system that does not tell. */
    private static double bytes() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(LINE))
                    .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException failure) {
            return Double.NaN;
        }
    }
}
