package dev.parley.quota;

import dev.parley.platform.identity.UserId;
import java.util.UUID;

/**
 * A query to charge to a user.
 *
 * @param turnId the turn that the query opens
 */
public record Charge(UserId user, UUID turnId) {}
