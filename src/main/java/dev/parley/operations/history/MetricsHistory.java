package dev.parley.operations.history;

import dev.parley.operations.history.SampleRing.Samples;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Samples the metrics of this process, and keeps the samples of the last hour in about 66 KB, which
 * never grow. Each replica has its own history, which ends with the process.
 */
@ApplicationScoped
public class MetricsHistory implements Job {

    /** Time from one sample to the next. */
    public static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final Duration KEPT = Duration.ofHours(1);
    private static final double PRECISION = 1_000;
    private static final List<MetricSeries> ALL = List.of(MetricSeries.values());

    private final SampleRing ring =
            new SampleRing(Math.toIntExact(KEPT.dividedBy(INTERVAL)), ALL.size());
    private final MetricSampler sampler;
    private final RunnerId instance;
    private final Clock clock;
    private final Instant startedAt;

    MetricsHistory(MeterRegistry meters, RunnerLease runner, Clock clock) {
        this.sampler = new MetricSampler(meters);
        this.instance = runner.id();
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    @Override
    public String name() {
        return "sample-metrics";
    }

    @Override
    public Duration interval() {
        return INTERVAL;
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run(Deadline deadline) {
        ring.add(clock.instant().getEpochSecond(), sampler.sample());
    }

    /**
     * The samples that are newer than a time.
     *
     * @param epochSecond in seconds since the epoch; 0 for all samples
     */
    public Recorded after(long epochSecond) {
        Samples samples = ring.after(epochSecond);
        Map<MetricSeries, List<@Nullable Double>> series = new LinkedHashMap<>();
        for (int i = 0; i < ALL.size(); i++) {
            series.put(ALL.get(i), rounded(samples.values(i)));
        }
        return new Recorded(
                instance, startedAt, Arrays.stream(samples.times()).boxed().toList(), series);
    }

    /** With three decimals; null for a missing value. */
    private static List<@Nullable Double> rounded(double[] values) {
        List<@Nullable Double> rounded = new ArrayList<>(values.length);
        for (double value : values) {
            rounded.add(Double.isFinite(value) ? Math.round(value * PRECISION) / PRECISION : null);
        }
        return rounded;
    }

    /**
     * Samples in columns.
     *
     * @param startedAt when this process began to sample
     * @param times in seconds since the epoch, oldest first
     * @param series the values at these times; null if a value is missing
     */
    public record Recorded(
            RunnerId instance,
            Instant startedAt,
            List<Long> times,
            Map<MetricSeries, List<@Nullable Double>> series) {}
}
