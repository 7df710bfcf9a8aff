package dev.parley.quota;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;

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
        @Min(0)
        int limit();
    }
}
