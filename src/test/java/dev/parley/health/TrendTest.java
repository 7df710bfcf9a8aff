package dev.parley.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TrendTest {

    @Test
    void knowsSteadyGrowth() {
        Trend trend = of(100, 105, 110, 115, 120, 125, 130, 135, 140);

        assertThat(trend.growth()).isCloseTo(0.4, within(0.001));
        assertThat(trend.steadyGrowth()).isEqualTo(trend.growth());
    }

    @Test
    void takesNoStepForSteadyGrowth() {
        assertThat(of(100, 100, 100, 200, 200, 200, 200, 200, 200).steadyGrowth()).isZero();
        assertThat(of(100, 160, 100, 160, 100, 160, 100, 160, 100).steadyGrowth()).isZero();
    }

    @Test
    void tellsNoGrowthBeforeItHasSeenEnough() {
        Trend trend = new Trend(9);
        trend.add(1);
        trend.add(1_000);
        trend.add(Double.NaN);

        assertThat(trend.growth()).isZero();
        assertThat(trend.steadyGrowth()).isZero();
    }

    @Test
    void forgetsValuesOlderThanItsSpan() {
        Trend trend = of(1, 2, 3, 4, 5, 6, 7, 8, 9);
        Random noise = new Random(7);
        for (int i = 0; i < 9; i++) {
            trend.add(100 + noise.nextInt(3));
        }

        assertThat(trend.growth()).isCloseTo(0, within(0.05));
    }

    private static Trend of(double... values) {
        Trend trend = new Trend(values.length);
        for (double value : values) {
            trend.add(value);
        }
        return trend;
    }
}
