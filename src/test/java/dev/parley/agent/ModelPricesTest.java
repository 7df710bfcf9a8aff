package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.Settings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tokens cost. */
class ModelPricesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # input | cached | output | cost
                    0         | 0       | 0       | 0
                    1000000   | 0       | 0       | 400000
                    1000000   | 1000000 | 0       | 100000
                    0         | 0       | 1000000 | 1600000
                    1000      | 500     | 100     | 410
                    1         | 0       | 0       | 1
                    3         | 0       | 0       | 2
                    """)
    void costsAreMillionthsRoundedUp(long input, long cached, long output, long cost) {
        assertThat(prices().cost("mini", new Usage(input, cached, output, false))).isEqualTo(cost);
    }

    @Test
    void cachedTokensCostAsMuchAsOthersWithoutPriceOfTheirOwn() {
        assertThat(
                        of("a.model", "m", "a.input", "2", "a.output", "3")
                                .cost("m", new Usage(10, 4, 1, false)))
                .isEqualTo(23);
    }

    @Test
    void modelWithoutPriceCostsNothing() {
        assertThat(prices().cost("other", new Usage(1_000, 1_000))).isZero();
        assertThat(prices().has("other")).isFalse();
        assertThat(prices().has("mini")).isTrue();
    }

    @Test
    void knowsWhatTheMostExpensiveModelCosts() {
        assertThat(
                        of(
                                        "a.model",
                                        "m",
                                        "a.input",
                                        "2",
                                        "a.output",
                                        "3",
                                        "b.model",
                                        "n",
                                        "b.input",
                                        "0",
                                        "b.output",
                                        "9")
                                .highest(10))
                .isEqualTo(90);
        assertThat(of().highest(10)).isZero();
        assertThat(of("a.model", "m", "a.input", "2", "a.output", "0").highest("m", 10))
                .isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a.input        | -1     | parley.prices.a.input is -1, but a price for a million tokens is 0 to 100000
                    a.output       | 100001 | parley.prices.a.output is 100001, but
                    a.cached-input | -0.1   | parley.prices.a.cached-input is -0.1, but
                    b.model        | m      | parley.prices.b.model is "m", which has a price already
                    """)
    void mistakesAreNamed(String key, String value, String mistake) {
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "a.model",
                                "m",
                                "a.input",
                                "1",
                                "a.output",
                                "1",
                                "b.input",
                                "1",
                                "b.output",
                                "1",
                                "b.model",
                                "n"));
        settings.addAll(List.of(key, value));

        assertThatThrownBy(() -> of(settings.toArray(String[]::new)))
                .isInstanceOf(InvalidCatalogue.class)
                .hasMessageContaining(mistake);
    }

    private static ModelPrices prices() {
        return of(
                "p.model", "mini", "p.input", "0.40", "p.cached-input", "0.10", "p.output", "1.60");
    }

    private static ModelPrices of(String... settings) {
        String[] keys = settings.clone();
        for (int i = 0; i < keys.length; i += 2) {
            keys[i] = "parley.prices." + keys[i];
        }
        return new ModelPrices(Settings.of(ModelPricesConfig.class, keys));
    }
}
