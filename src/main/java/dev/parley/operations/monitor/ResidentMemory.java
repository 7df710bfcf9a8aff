package dev.parley.operations.monitor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Exports the resident memory of the process (VmRSS) as a gauge. The alert {@code
 * ParleyMemoryGrows} detects steady growth, because Prometheus stores past values and this process
 * does not.
 */
@Singleton
class ResidentMemory implements MeterBinder {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String LINE = "VmRSS:";

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("parley.memory.resident", ResidentMemory::bytes)
                .description("Resident memory of the process (VmRSS)")
                .baseUnit("bytes")
                .register(meters);
    }

    /** In bytes; NaN on a system without {@code /proc}. */
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
