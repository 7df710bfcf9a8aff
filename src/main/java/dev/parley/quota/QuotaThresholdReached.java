package dev.parley.quota;

import dev.parley.platform.identity.UserId;
import java.time.Instant;
import java.util.List;

/**
 * Some users have just used four fifths of their month's queries, or the last of them. Fired inside
 * the transaction that charged them.
 */
public record QuotaThresholdReached(List<ByUser> users) {

    /** One of them. */
    public record ByUser(UserId user, Plan plan, int used, Instant resetsAt) {}
}
