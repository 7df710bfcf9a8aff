package dev.parley.operations.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parley.agent.GenAiConventions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a sample says of the metrics. */
class MetricSamplerTest {

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final MetricSampler sampler = new MetricSampler(meters);

    @Test
    void valueIsMissingWhereNothingWasMeasured() {
        double[] sample = sampler.sample();

        assertThat(sample).hasSameSizeAs(MetricSeries.values());
        assertThat(value(sample, MetricSeries.POOL_IN_USE)).isNaN();
        assertThat(value(sample, MetricSeries.TURN_MEAN_MS)).isNaN();
        assertThat(value(sample, MetricSeries.AGENT_P50_MS)).isNaN();
        assertThat(value(sample, MetricSeries.CIRCUIT_STATE)).isNaN();
        assertThat(value(sample, MetricSeries.TURNS_FAILED)).isZero();
    }

    @Test
    void countsEndingsSinceTheSampleBefore() {
        endTurn("echo", "succeeded", 100);
        endTurn("news", "succeeded", 300);
        endTurn("news", "failed", 800);

        double[] first = sampler.sample();
        endTurn("echo", "failed", 50);
        double[] second = sampler.sample();
        double[] third = sampler.sample();

        assertThat(value(first, MetricSeries.TURNS_SUCCEEDED)).isEqualTo(2);
        assertThat(value(first, MetricSeries.TURNS_FAILED)).isEqualTo(1);
        assertThat(value(first, MetricSeries.TURN_MEAN_MS)).isEqualTo(400, within(0.001));
        assertThat(value(second, MetricSeries.TURNS_SUCCEEDED)).isZero();
        assertThat(value(second, MetricSeries.TURNS_FAILED)).isEqualTo(1);
        assertThat(value(second, MetricSeries.TURN_MEAN_MS)).isEqualTo(50, within(0.001));
        assertThat(value(third, MetricSeries.TURNS_FAILED)).isZero();
        assertThat(value(third, MetricSeries.TURN_MEAN_MS)).isNaN();
    }

    @Test
    void estimatesLatenciesOfTheRunsSinceTheSampleBefore() {
        run("echo", 15, 10);
        run("news", 30, 10);
        double[] first = sampler.sample();
        run("news", 100, 4);
        double[] second = sampler.sample();

        // The median is the longest of the runs of 10 to 20 ms
        assertThat(value(first, MetricSeries.AGENT_P50_MS)).isEqualTo(20, within(0.001));
        assertThat(value(first, MetricSeries.AGENT_P99_MS)).isBetween(39.0, 40.0);
        assertThat(value(second, MetricSeries.AGENT_P50_MS)).isEqualTo(120, within(0.001));
    }

    @Test
    void latencyBeyondTheHistogramIsItsGreatestBoundary() {
        assertThat(
                        MetricSampler.quantileMillis(
                                new TreeMap<>(
                                        Map.of(
                                                10.0,
                                                1.0,
                                                20.0,
                                                2.0,
                                                Double.POSITIVE_INFINITY,
                                                9.0)),
                                0.99))
                .isEqualTo(20);
    }

    @Test
    void addsUpGaugesAndTakesTheWorstCircuitBreaker() {
        Gauge.builder("parley.group.commit.queued", () -> 3).tag("kind", "open").register(meters);
        Gauge.builder("parley.group.commit.queued", () -> 4).tag("kind", "settle").register(meters);
        Gauge.builder("parley.circuit.state", () -> 0).tag("endpoint", "model").register(meters);
        Gauge.builder("parley.circuit.state", () -> 0.5).tag("endpoint", "cheap").register(meters);
        Gauge.builder("jvm.memory.used", () -> 5).tag("area", "heap").register(meters);
        Gauge.builder("jvm.memory.used", () -> 7).tag("area", "nonheap").register(meters);
        TimeGauge.builder("parley.eventloop.blocked", () -> 0.25, TimeUnit.SECONDS)
                .register(meters);

        double[] sample = sampler.sample();

        assertThat(value(sample, MetricSeries.GROUP_COMMIT_QUEUED)).isEqualTo(7);
        assertThat(value(sample, MetricSeries.CIRCUIT_STATE)).isEqualTo(0.5);
        assertThat(value(sample, MetricSeries.HEAP_USED_BYTES)).isEqualTo(5);
        assertThat(value(sample, MetricSeries.EVENT_LOOP_BLOCKED_MS)).isEqualTo(250);
    }

    private static double value(double[] sample, MetricSeries series) {
        return sample[List.of(MetricSeries.values()).indexOf(series)];
    }

    private void endTurn(String agent, String ending, long millis) {
        Timer.builder("parley.turns")
                .tag("agent", agent)
                .tag("ending", ending)
                .register(meters)
                .record(Duration.ofMillis(millis));
    }

    private void run(String agent, long millis, int times) {
        Timer timer =
                GenAiConventions.duration("gen_ai.invoke_agent.duration", "Runs")
                        .tag("agent", agent)
                        .register(meters);
        for (int i = 0; i < times; i++) {
            timer.record(Duration.ofMillis(millis));
        }
    }
}
