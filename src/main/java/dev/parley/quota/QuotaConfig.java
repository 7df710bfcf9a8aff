package dev.parley.quota;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;

/** The plans, by name. */
@ConfigMapping(prefix = "parley.quota")
public interface QuotaConfig {

    /** Beside {@code free}, which is shipped with 1000 queries and may be set as well. */
    Map<String, Plan> plans();

    @WithDefault("free")
    String defaultPlan();

    /** What is done about a counter that the ledger contradicts. */
    @WithDefault("repair")
    OnDifference onDifference();

    /** How often counters are compared with the ledger. */
    @WithDefault("1h")
    Duration reconcileEvery();

    /** Months, the current one counted, of which the ledger is kept. */
    @WithDefault("24")
    @Min(2)
    int keepMonths();

    /** Either way it is counted and logged. */
    enum OnDifference {
        /** The ledger is right. */
        REPAIR,
        REPORT
    }

    /** What a plan allows. */
    interface Plan {

        /** Queries in a calendar month (UTC). */
        @Min(0)
        int limit();
    }
}
