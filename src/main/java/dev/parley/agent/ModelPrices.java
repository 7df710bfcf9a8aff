package dev.parley.agent;

import dev.parley.agent.ModelPricesConfig.ModelPrice;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the tokens of each model cost. */
@Singleton
@Startup
public class ModelPrices {

    /** For a million tokens, so that a cost always fits its column. */
    private static final BigDecimal MAX = BigDecimal.valueOf(100_000);

    private final Map<String, ModelPrice> byModel;

    /**
     * Reads the prices from the configuration.
     *
     * @throws InvalidCatalogue if the configuration has mistakes
     */
    @Inject
    ModelPrices(ModelPricesConfig config) {
        List<String> mistakes = new ArrayList<>();
        Map<String, ModelPrice> prices = new HashMap<>();
        new TreeMap<>(config.prices())
                .forEach((name, price) -> {
                    String key = "parley.prices." + name;
                    requireInRange(key + ".input", price.input(), mistakes);
                    requireInRange(key + ".output", price.output(), mistakes);
                    price.cachedInput()
                            .ifPresent(cached ->
                                    requireInRange(key + ".cached-input", cached, mistakes));
                    if (prices.put(price.model(), price) != null) {
                        mistakes.add(
                                "%s.model is \"%s\", which has a price already; remove one of the two"
                                        .formatted(key, price.model()));
                    }
                });
        if (!mistakes.isEmpty()) {
            throw new InvalidCatalogue(mistakes);
        }
        this.byModel = Map.copyOf(prices);
    }

    private static void requireInRange(String key, BigDecimal price, List<String> mistakes) {
        if (price.signum() < 0 || price.compareTo(MAX) > 0) {
            mistakes.add(
                    "%s is %s, but a price for a million tokens is 0 to %s"
                            .formatted(key, price.toPlainString(), MAX.toPlainString()));
        }
    }

    /** Whether the configuration has a price for the model. */
    public boolean has(String model) {
        return byModel.containsKey(model);
    }

    /**
     * What tokens cost.
     *
     * @return in millionths of the currency, rounded up; 0 for a model without a price
     */
    public long cost(String model, Usage usage) {
        return Optional.ofNullable(byModel.get(model)).map(price -> cost(price, usage)).orElse(0L);
    }

    /** What tokens cost of the model that costs most, read or written; 0 without any price. */
    public long highest(long tokens) {
        return byModel.keySet().stream().mapToLong(model -> highest(model, tokens)).max().orElse(0);
    }

    /** What tokens of a model cost at most, read or written. */
    public long highest(String model, long tokens) {
        return Math.max(cost(model, new Usage(tokens, 0)), cost(model, new Usage(0, tokens)));
    }

    /** A price for a million tokens is the price of one token in millionths of the currency. */
    private static long cost(ModelPrice price, Usage usage) {
        BigDecimal cachedInput = price.cachedInput().orElse(price.input());
        return times(usage.inputTokens() - usage.cachedTokens(), price.input())
                .add(times(usage.cachedTokens(), cachedInput))
                .add(times(usage.outputTokens(), price.output()))
                .setScale(0, RoundingMode.CEILING)
                .longValueExact();
    }

    private static BigDecimal times(long tokens, BigDecimal price) {
        return BigDecimal.valueOf(tokens).multiply(price);
    }
}
