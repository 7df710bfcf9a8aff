package dev.parley.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Samples of the resources that a process uses. */
public final class ProcessMetrics {

    private static final int SAMPLES = 30;

    private final Duration length;
    private final List<double[]> samples = new ArrayList<>();

    private ProcessMetrics(Duration length) {
        this.length = length;
    }

    /** Takes samples during this time. */
    public static ProcessMetrics of(ParleyProcess process, LongSupplier sessions, Duration length)
            throws IOException, InterruptedException {
        ProcessMetrics metrics = new ProcessMetrics(length);
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        for (int i = 0; i < SAMPLES; i++) {
            // The interval between two samples; the sleep waits for no condition
            Thread.sleep(length.dividedBy(SAMPLES));
            try (var files = Files.list(proc.resolve("fd"))) {
                metrics.samples.add(
                        new double[] {
                            status(proc, "VmRSS:") / 1024,
                            status(proc, "Threads:"),
                            files.count(),
                            sessions.getAsLong(),
                            liveHeap(process) / (1024 * 1024)
                        });
            }
        }
        return metrics;
    }

    /** The used heap after a full garbage collection, in bytes. */
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

    /** The median of the last third minus the median of the second third. */
    public double rise(Kind kind) {
        return median(kind, 2) - median(kind, 1);
    }

    /** The {@linkplain #rise rise} relative to the median of the second third. */
    public double growth(Kind kind) {
        return rise(kind) / median(kind, 1);
    }

    private double median(Kind kind, int third) {
        double[] sorted =
                samples.stream()
                        .skip((long) third * samples.size() / 3)
                        .limit(samples.size() / 3)
                        .mapToDouble(reading -> reading[kind.column()])
                        .sorted()
                        .toArray();
        return sorted[sorted.length / 2];
    }

    /** Writes the samples to a table and to an SVG chart. */
    public void write(Path table, Path picture, long requests) throws IOException {
        StringBuilder rows =
                new StringBuilder(
                        "seconds\tresident_mib\tthreads\tfiles\tsessions\tlive_heap_mib\n");
        for (int i = 0; i < samples.size(); i++) {
            double[] numbers = samples.get(i);
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
        Files.writeString(picture, chart(requests));
    }

    private double seconds(int index) {
        return (index + 1.0) * length.toSeconds() / SAMPLES;
    }

    private String chart(long requests) {
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
            double max =
                    1.15
                            * samples.stream()
                                    .mapToDouble(numbers -> numbers[kind.column()])
                                    .max()
                                    .orElse(1);
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < samples.size(); i++) {
                line.append(
                        "%.1f,%.1f "
                                .formatted(
                                        180 + 480.0 * i / (samples.size() - 1),
                                        top + 85 - 85 * samples.get(i)[kind.column()] / max));
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
                                    samples.getLast()[kind.column()]));
        }
        return svg.append("</svg>\n").toString();
    }

    /** The resources that are sampled. */
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
