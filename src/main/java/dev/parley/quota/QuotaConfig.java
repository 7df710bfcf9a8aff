package dev.parley.quota;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The plans by name, and the ledger of charges. */
@ConfigMapping(prefix = "parley.quota")
public interface QuotaConfig {

    /** All plans. The plan {@code free} always exists; its default limit is 1000 queries. */
    Map<String, Plan> plans();

    /** The plan of a user who has no plan assigned. */
    @WithDefault("free")
    String defaultPlan();

    /**
     * What to do with a counter that differs from the ledger. Each difference is counted and
     * logged.
     */
    @WithDefault("repair")
    OnDifference onDifference();

    /** The currency of prices and of limits of cost, by its code in ISO 4217. */
    @WithDefault("USD")
    @Pattern(regexp = "[A-Z]{3}", message = "must be a code of ISO 4217, such as EUR")
    String currency();

    /**
     * Tokens that a turn reserves of a plan with a limit of tokens or cost when it is opened, and
     * again before a round when it has used them; of cost, what so many tokens cost that the model
     * writes. A turn reserves less where less is left.
     */
    @WithDefault("20000")
    @Min(1)
    @Max(10_000_000)
    int reserveTokens();

    /** How often counters are compared with the ledger. */
    @WithDefault("1h")
    Duration reconcileInterval();

    /** How many months of the ledger are kept, including the current month. */
    @WithDefault("24")
    @Min(2)
    int retentionMonths();

    /** What to do with a counter that differs; the difference is always counted and logged. */
    enum OnDifference {
        /** The counter is set to the sum of the charges in the ledger. */
        REPAIR,
        /** The counter is not changed. */
        REPORT
    }

    /** What a plan allows. */
    interface Plan {

        /** Queries in a calendar month (UTC). */
        @WithDefault("1000")
        @Min(0)
        int limit();

        /** Input and output tokens in a calendar month; without it, there is no limit. */
        OptionalLong tokens();

        /**
         * What the tokens of a calendar month may cost, in {@code parley.quota.currency}; without
         * it, there is no limit.
         */
        Optional<BigDecimal> cost();
    }
}
