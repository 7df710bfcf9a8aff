package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.Bandwidth;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a rate makes of its three figures. */
class RateTest {

    @Test
    void fillsByLimitInWindowAndHoldsBurst() {
        Bandwidth[] bandwidths =
                new Rate(2, Duration.ofMinutes(3), 5).configuration().getBandwidths();

        assertThat(bandwidths).hasSize(1);
        assertThat(bandwidths[0].getCapacity()).isEqualTo(5);
        assertThat(bandwidths[0].getInitialTokens()).isEqualTo(5);
        assertThat(bandwidths[0].getRefillTokens()).isEqualTo(2);
        assertThat(bandwidths[0].getRefillPeriodNanos()).isEqualTo(Duration.ofMinutes(3).toNanos());
        assertThat(bandwidths[0].isIntervallyAligned()).isFalse();
    }

    @Test
    void hasAnotherKeyWhereAnyFigureIsAnother() {
        List<String> keys =
                Stream.of(
                                new Rate(2, Duration.ofMinutes(3), 5),
                                new Rate(3, Duration.ofMinutes(3), 5),
                                new Rate(2, Duration.ofMinutes(4), 5),
                                new Rate(2, Duration.ofMinutes(3), 6),
                                new Rate(5, Duration.ofMinutes(3), 2))
                        .map(Rate::key)
                        .toList();

        assertThat(keys).doesNotHaveDuplicates();
    }
}
