package dev.parley.quota;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.util.Map;

/** The plans, by name. */
@ConfigMapping(prefix = "parley.quota")
public interface QuotaConfig {

    /** Beside {@code free}, which is shipped with 1000 queries and may be set as well. */
    Map<String, Plan> plans();

    @WithDefault("free")
    String defaultPlan();

    /** What a plan allows. */
    interface Plan {

        /** Queries in a calendar month (UTC). */
        @Min(0)
        int limit();
    }
}
