package dev.parley.operations.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.TestClock;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Administrators read the last hour of the metrics of a replica. */
@ParleyTest
class MetricsHistoryTest {

    private static final String PATH = "/api/admin/metrics";
    private static final Deadline SOON = Deadline.in(Duration.ofMinutes(1));

    @Inject MetricsHistory history;
    @Inject RunnerLease runner;
    @Inject TestClock clock;

    private Person admin;

    @BeforeEach
    void register() {
        admin = Person.admin();
    }

    @Test
    void showsNothingToUsers() {
        ApiResponse refused = Person.registered().gets(PATH);

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("forbidden");
    }

    @Test
    void hasAColumnForEachMetric() {
        sample(Duration.ofMinutes(5));

        JsonNode metrics = admin.gets(PATH).json();

        assertThat(metrics.path("instance").asText()).isEqualTo(runner.id().toString());
        assertThat(metrics.path("interval_seconds").asInt()).isEqualTo(10);
        assertThat(metrics.path("series").properties().stream().map(series -> series.getKey()))
                .containsExactlyElementsOf(
                        Arrays.stream(MetricSeries.values()).map(MetricSeries::text).toList());
        assertThat(metrics.path("series"))
                .allSatisfy(column -> assertThat(column).hasSize(metrics.path("times").size()));
        for (String series :
                List.of(
                        "turns_in_flight",
                        "turns_utilization",
                        "turns_succeeded",
                        "pool_in_use",
                        "pool_free",
                        "pool_waiting",
                        "tools_waiting",
                        "group_commit_queued",
                        "event_loop_blocked_ms",
                        "event_loop_waiting",
                        "memory_resident_bytes",
                        "heap_used_bytes",
                        "circuit_state",
                        "approvals_open")) {
            assertThat(last(metrics, series).isNumber()).as(series).isTrue();
        }
    }

    @Test
    void hasTheTurnsThatEndedSinceTheSampleBefore() {
        try (PausedJobs _ = PausedJobs.pause()) {
            run(Duration.ofMinutes(10));
            admin.says("hello", "echo");
            admin.says("again", "echo");
            run(Duration.ofMinutes(11));
            JsonNode after = admin.gets(PATH).json();
            run(Duration.ofMinutes(12));
            JsonNode later = admin.gets(PATH).json();

            assertThat(last(after, "turns_succeeded").asInt()).isEqualTo(2);
            assertThat(last(after, "turn_mean_ms").asDouble()).isPositive();
            assertThat(last(after, "agent_p50_ms").asDouble()).isPositive();
            assertThat(last(after, "agent_p99_ms").asDouble())
                    .isGreaterThanOrEqualTo(last(after, "agent_p50_ms").asDouble());
            assertThat(last(later, "turns_succeeded").asInt()).isZero();
            assertThat(last(later, "turn_mean_ms").isNull()).isTrue();
            assertThat(last(later, "agent_p50_ms").isNull()).isTrue();
        }
    }

    @Test
    void hasOnlyNewerSamplesSinceATime() {
        try (PausedJobs _ = PausedJobs.pause()) {
            long first = run(Duration.ofMinutes(20));
            long second = run(Duration.ofMinutes(21));
            long third = run(Duration.ofMinutes(22));

            assertThat(times(first)).containsExactly(second, third);
            assertThat(times(second)).containsExactly(third);
            assertThat(times(third)).isEmpty();
            assertThat(admin.gets(PATH + "?since=" + third).json().path("series"))
                    .allSatisfy(column -> assertThat(column).isEmpty());
        }
    }

    @Test
    void keepsOneHour() {
        try (PausedJobs _ = PausedJobs.pause()) {
            for (int i = 0; i < 400; i++) {
                run(Duration.ofHours(1).plusSeconds(10L * i));
            }

            assertThat(times(0)).hasSize(360).isSorted();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"since=yesterday", "since=-1", "until=7", "since=1234567890123"})
    void refusesWrongParameters(String query) {
        assertThat(admin.gets(PATH + "?" + query).code()).isEqualTo("invalid_request");
    }

    private void sample(Duration ahead) {
        try (PausedJobs _ = PausedJobs.pause()) {
            run(ahead);
        }
    }

    /** Takes a sample when the clock is so much ahead, and returns its time. */
    private long run(Duration ahead) {
        try (TestClock.Moved _ = clock.moveBy(ahead)) {
            history.run(SOON);
            return history.after(0).times().getLast();
        }
    }

    private List<Long> times(long since) {
        return admin.gets(PATH + "?since=" + since)
                .json()
                .path("times")
                .valueStream()
                .map(JsonNode::asLong)
                .toList();
    }

    private static JsonNode last(JsonNode metrics, String series) {
        JsonNode column = metrics.path("series").path(series);
        return column.path(column.size() - 1);
    }
}
