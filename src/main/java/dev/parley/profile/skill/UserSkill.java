package dev.parley.profile.skill;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * A skill that a user has.
 *
 * @param name in the spelling of the catalogue, or the user's own
 * @param level 1 to 5
 */
@RegisterForReflection // serialized by an ObjectMapper, which Quarkus cannot detect
public record UserSkill(String name, int level, Instant updatedAt) {}
