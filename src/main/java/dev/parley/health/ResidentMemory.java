package dev.parley.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the system counts as this process's memory. */
final class ResidentMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String LINE = "VmRSS:";

    private ResidentMemory() {}

    /** In bytes; NaN on a system that does not tell. */
    static double bytes() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(LINE))
                    .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException elsewhere) {
            return Double.NaN;
        }
    }
}
