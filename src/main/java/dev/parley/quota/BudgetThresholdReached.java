package dev.parley.quota;

import dev.parley.platform.identity.UserId;
import java.time.Instant;
import java.util.List;

/**
 * Users have just reached 80 % or 100 % of the tokens or the cost of the month. Fired inside the
 * transaction that charges them.
 */
public record BudgetThresholdReached(List<ByUser> users) {

    public BudgetThresholdReached {
        users = List.copyOf(users);
    }

    /**
     * A user who has reached the threshold.
     *
     * @param amount what was used and the limit, for people: {@code 144 of 180 tokens}
     */
    public record ByUser(UserId user, boolean isUsedUp, String amount, Instant resetsAt) {}
}
