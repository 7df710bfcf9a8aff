package dev.parley.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/**
 * What the tokens of models cost, by names that only name the entries. A model without an entry
 * costs nothing; a plan with a limit of cost needs an entry for the model of each agent.
 */
@ConfigMapping(prefix = "parley.prices")
public interface ModelPricesConfig {

    @WithParentName
    Map<String, ModelPrice> prices();

    /**
     * The prices of one model, for a million tokens, in the currency of {@code
     * parley.quota.currency}.
     */
    interface ModelPrice {

        /** The model's name, as the endpoint or the agent has it. */
        String model();

        /** For a million tokens that the model reads. */
        BigDecimal input();

        /**
         * For a million tokens that the model reads and the endpoint had in its cache; without it,
         * the price of the other input tokens.
         */
        Optional<BigDecimal> cachedInput();

        /** For a million tokens that the model writes. */
        BigDecimal output();
    }
}
