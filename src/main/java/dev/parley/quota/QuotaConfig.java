package dev.parley.quota;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;

/** The plans, by name, and the ledger of charges. */
@ConfigMapping(prefix = "parley.quota")
public interface QuotaConfig {

    /** Beside {@code free}, which is shipped with 1000 queries and may be set as well. */
    Map<String, Plan> plans();

    /** The plan of a user who has no plan assigned. */
    @WithDefault("free")
    String defaultPlan();

    /** What is done about a counter that differs from the ledger. Each is counted and logged. */
    @WithDefault("repair")
    OnDifference onDifference();

    /** How often counters are compared with the ledger. */
    @WithDefault("1h")
    Duration reconcileInterval();

    /** How many months of the ledger are kept, the current month included. */
    @WithDefault("24")
    @Min(2)
    int retentionMonths();

    /** Either way it is counted and logged. */
    enum OnDifference {
        /** The counter is set to what the ledger says. */
        REPAIR,
        /** The counter stays as it is. */
        REPORT
    }

    /** What a plan allows. */
    interface Plan {

        /** Queries in a calendar month (UTC). */
        @Min(0)
        int limit();
    }
}
