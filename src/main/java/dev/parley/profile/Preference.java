package dev.parley.profile;

import java.time.Instant;

/**
 * Something that the agent remembers of a user.
 *
 * @param key lower-case letters, digits, dots, dashes and underscores
 */
public record Preference(String key, String value, Instant updatedAt) {}
