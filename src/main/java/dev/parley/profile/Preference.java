package dev.parley.profile;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * Something that the agent remembers of a user.
 *
 * @param key lower-case letters, digits, dots, dashes and underscores
 */
@RegisterForReflection // told as JSON, by hand
public record Preference(String key, String value, Instant updatedAt) {}
