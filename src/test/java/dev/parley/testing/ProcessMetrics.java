package dev.parley.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** What a process takes of the machine, read again and again. */
public final class ProcessMetrics {

    private static final int HOW_MANY = 30;

    private final Duration length;
    private final List<double[]> all = new ArrayList<>();

    private ProcessMetrics(Duration length) {
        this.length = length;
    }

    /** Reads for so long. */
    public static ProcessMetrics of(ParleyProcess process, LongSupplier sessions, Duration length)
            throws IOException, InterruptedException {
        ProcessMetrics readings = new ProcessMetrics(length);
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        for (int i = 0; i < HOW_MANY; i++) {
            // This is the measurement's own clock: nothing is waited for
            Thread.sleep(length.dividedBy(HOW_MANY));
            try (var files = Files.list(proc.resolve("fd"))) {
                readings.all.add(
                        new double[] {
                            status(proc, "VmRSS:") / 1024,
                            status(proc, "Threads:"),
                            files.count(),
                            sessions.getAsLong(),
                            liveHeap(process) / (1024 * 1024)
                        });
            }
        }
        return readings;
    }

    /** What is left of the heap when everything that is garbage has gone. */
    private static double liveHeap(ParleyProcess process) throws IOException, InterruptedException {
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return process.metric("jvm_memory_used_bytes{area=\"heap\"");
    }

    private static double status(Path proc, String line) throws IOException {
        return Files.readAllLines(proc.resolve("status")).stream()
                .filter(text -> text.startsWith(line))
                .mapToDouble(text -> Double.parseDouble(text.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    /** How much more there was in the last third than in the second, as medians. */
    public double rise(Kind kind) {
        return median(kind, 2) - median(kind, 1);
    }

    /** The same, as a part of what there was. */
    public double growth(Kind kind) {
        return rise(kind) / median(kind, 1);
    }

    private double median(Kind kind, int third) {
        double[] sorted =
                all.stream()
                        .skip((long) third * all.size() / 3)
                        .limit(all.size() / 3)
                        .mapToDouble(reading -> reading[kind.column()])
                        .sorted()
                        .toArray();
        return sorted[sorted.length / 2];
    }

    /** Writes them down, and draws them. */
    public void write(Path table, Path picture, long requests) throws IOException {
        StringBuilder rows =
                new StringBuilder(
                        "seconds\tresident_mib\tthreads\tfiles\tsessions\tlive_heap_mib\n");
        for (int i = 0; i < all.size(); i++) {
            double[] numbers = all.get(i);
            rows.append(
                    "%.0f\t%.1f\t%.0f\t%.0f\t%.0f\t%.1f%n"
                            .formatted(
                                    seconds(i),
                                    numbers[0],
                                    numbers[1],
                                    numbers[2],
                                    numbers[3],
                                    numbers[4]));
        }
        Files.writeString(table, rows);
        Files.writeString(picture, drawn(requests));
    }

    private double seconds(int index) {
        return (index + 1.0) * length.toSeconds() / HOW_MANY;
    }

    private String drawn(long requests) {
        StringBuilder svg =
                new StringBuilder(
                        """
                        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 590" font-family="sans-serif" font-size="13">
                        <rect width="760" height="590" fill="white"/>
                        <text x="20" y="24" font-size="16">%d minutes of mixed traffic, %,d requests: what the process takes</text>
                        """
                                .formatted(length.toMinutes(), requests));
        for (Kind kind : Kind.values()) {
            int top = 50 + kind.column() * 105;
            double most =
                    1.15
                            * all.stream()
                                    .mapToDouble(numbers -> numbers[kind.column()])
                                    .max()
                                    .orElse(1);
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < all.size(); i++) {
                line.append(
                        "%.1f,%.1f "
                                .formatted(
                                        180 + 480.0 * i / (all.size() - 1),
                                        top + 85 - 85 * all.get(i)[kind.column()] / most));
            }
            svg.append(
                    """
                    <text x="20" y="%d">%s</text>
                    <line x1="180" y1="%d" x2="660" y2="%d" stroke="#ccc"/>
                    <polyline points="%s" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>
                    <text x="670" y="%d">%.0f</text>
                    """
                            .formatted(
                                    top + 45,
                                    kind.text(),
                                    top + 85,
                                    top + 85,
                                    line,
                                    top + 45,
                                    all.getLast()[kind.column()]));
        }
        return svg.append("</svg>\n").toString();
    }

    /** What is read. */
    public enum Kind {
        RESIDENT(0, "resident, MiB"),
        THREADS(1, "threads"),
        FILES(2, "open files"),
        SESSIONS(3, "database sessions"),
        LIVE_HEAP(4, "live heap, MiB");

        private final int column;
        private final String text;

        Kind(int column, String text) {
            this.column = column;
            this.text = text;
        }

        int column() {
            return column;
        }

        String text() {
            return text;
        }
    }
}
