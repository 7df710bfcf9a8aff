package dev.parley.profile;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * Something that the agents remember about a user.
 *
 * @param key lower-case letters, digits, dots, dashes and underscores
 */
@RegisterForReflection // serialized by an ObjectMapper, which Quarkus cannot detect
public record Preference(String key, String value, Instant updatedAt) {}
