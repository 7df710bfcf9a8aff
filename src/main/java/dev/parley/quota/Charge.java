package dev.parley.quota;

import dev.parley.platform.identity.UserId;
import java.util.UUID;

/**
 * A query to charge.
 *
 * @param turnId the turn that it is for
 */
public record Charge(UserId user, UUID turnId) {}
