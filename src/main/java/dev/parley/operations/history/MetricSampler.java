package dev.parley.operations.history;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.search.Search;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * Reads the metrics that the other modules register, so that nothing else is measured on the path
 * of a turn. Counters only grow, so a sample has their growth since the sample before; the first
 * sample has what happened since the start of the process. Not thread-safe.
 */
final class MetricSampler {

    private static final String TURNS = "parley.turns";
    private static final String ENDING = "ending";
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;

    private final MeterRegistry meters;
    private final Growth turns = new Growth();
    private final Growth eventLoops = new Growth();
    private final Map<MetricSeries, Growth> endings = new EnumMap<>(MetricSeries.class);
    private SortedMap<Double, Double> agentRuns = new TreeMap<>();

    MetricSampler(MeterRegistry meters) {
        this.meters = meters;
    }

    /** A value for each series, in the order of their constants; NaN if it is missing. */
    double[] sample() {
        turns.measure(timers(TURNS));
        eventLoops.measure(timers("parley.eventloop.lag"));
        SortedMap<Double, Double> runs = agentRunsSinceLast();
        return Arrays.stream(MetricSeries.values())
                .mapToDouble(series -> value(series, runs))
                .toArray();
    }

    private double value(MetricSeries series, SortedMap<Double, Double> runs) {
        return switch (series) {
            case TURNS_IN_FLIGHT -> sum("parley.turns.in.flight");
            case TURNS_UTILIZATION -> max("parley.turns.utilization");
            case TURNS_SUCCEEDED -> ended(series, "succeeded");
            case TURNS_FAILED -> ended(series, "failed");
            case TURNS_TIMED_OUT -> ended(series, "timed_out");
            case TURNS_CANCELLED -> ended(series, "cancelled");
            case TURNS_INTERRUPTED -> ended(series, "interrupted");
            case TURN_MEAN_MS -> turns.meanMillis();
            case AGENT_P50_MS -> quantileMillis(runs, MEDIAN);
            case AGENT_P99_MS -> quantileMillis(runs, P99);
            case POOL_IN_USE -> sum("agroal.active.count");
            case POOL_FREE -> sum("agroal.available.count");
            case POOL_WAITING -> sum("agroal.awaiting.count");
            case TOOLS_WAITING -> sum("parley.tools.waiting");
            case GROUP_COMMIT_QUEUED -> sum("parley.group.commit.queued");
            case EVENT_LOOP_LAG_MS -> eventLoops.meanMillis();
            case EVENT_LOOP_BLOCKED_MS -> millis("parley.eventloop.blocked");
            case EVENT_LOOP_WAITING -> sum("parley.eventloop.waiting");
            case MEMORY_RESIDENT_BYTES -> sum("parley.memory.resident");
            case HEAP_USED_BYTES -> sum(meters.find("jvm.memory.used").tag("area", "heap"));
            case CIRCUIT_STATE -> max("parley.circuit.state");
            case APPROVALS_OPEN -> sum("parley.approvals.open");
        };
    }

    private double sum(String gauge) {
        return sum(meters.find(gauge));
    }

    private static double sum(Search gauges) {
        Collection<Gauge> found = gauges.gauges();
        return found.isEmpty() ? Double.NaN : values(found).sum();
    }

    private double max(String gauge) {
        return values(meters.find(gauge).gauges()).max().orElse(Double.NaN);
    }

    private double millis(String gauge) {
        return meters.find(gauge).timeGauges().stream()
                .mapToDouble((TimeGauge found) -> found.value(MILLISECONDS))
                .max()
                .orElse(Double.NaN);
    }

    private static DoubleStream values(Collection<Gauge> gauges) {
        return gauges.stream().mapToDouble(Gauge::value);
    }

    private Collection<Timer> timers(String name) {
        return meters.find(name).timers();
    }

    private double ended(MetricSeries series, String status) {
        Growth ended = endings.computeIfAbsent(series, _ -> new Growth());
        ended.measure(meters.find(TURNS).tag(ENDING, status).timers());
        return ended.count();
    }

    /**
     * How many runs of agents have ended since the sample before, by the boundaries of their
     * histogram in milliseconds: each boundary has the runs that were not longer. The runs that
     * were longer than every boundary have infinity.
     */
    private SortedMap<Double, Double> agentRunsSinceLast() {
        SortedMap<Double, Double> now = new TreeMap<>();
        for (Timer timer : timers("gen_ai.invoke_agent.duration")) {
            for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
                now.merge(bucket.bucket(MILLISECONDS), bucket.count(), Double::sum);
            }
            now.merge(Double.POSITIVE_INFINITY, (double) timer.count(), Double::sum);
        }
        SortedMap<Double, Double> before = agentRuns;
        agentRuns = now;
        SortedMap<Double, Double> grown = new TreeMap<>();
        now.forEach((boundary, count) ->
                grown.put(boundary, count - before.getOrDefault(boundary, 0.0)));
        return grown;
    }

    /**
     * Estimates a quantile as Prometheus does: linear between two boundaries, and the greatest
     * boundary for what is longer.
     *
     * @param counts by boundary, cumulative
     */
    static double quantileMillis(SortedMap<Double, Double> counts, double quantile) {
        double rank =
                quantile * counts.values().stream().mapToDouble(count -> count).max().orElse(0);
        if (rank <= 0) {
            return Double.NaN;
        }
        double lower = 0;
        double below = 0;
        for (Map.Entry<Double, Double> bucket : counts.entrySet()) {
            double upper = bucket.getKey();
            if (bucket.getValue() >= rank) {
                return Double.isInfinite(upper)
                        ? lower
                        : lower + (upper - lower) * (rank - below) / (bucket.getValue() - below);
            }
            lower = upper;
            below = bucket.getValue();
        }
        return lower;
    }

    /** How much timers have grown since they were measured before. */
    private static final class Growth {

        private long countBefore;
        private double nanosBefore;
        private long count;
        private double nanos;

        void measure(Collection<Timer> timers) {
            long countNow = timers.stream().mapToLong(Timer::count).sum();
            double nanosNow =
                    timers.stream().mapToDouble(timer -> timer.totalTime(NANOSECONDS)).sum();
            count = countNow - countBefore;
            nanos = nanosNow - nanosBefore;
            countBefore = countNow;
            nanosBefore = nanosNow;
        }

        double count() {
            return count;
        }

        /** NaN if nothing was measured. */
        double meanMillis() {
            return count <= 0 ? Double.NaN : nanos / count / 1e6;
        }
    }
}
