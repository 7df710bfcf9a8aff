package dev.parley.quota;

import dev.parley.platform.identity.UserId;
import java.time.Instant;
import java.util.List;

/**
 * Users have just reached 80 % or 100 % of the queries of the month. Fired inside the transaction
 * that charges the queries.
 */
public record QuotaThresholdReached(List<ByUser> users) {

    /** A user who has reached the threshold. */
    public record ByUser(UserId user, Plan plan, int used, Instant resetsAt) {}
}
