package dev.parley.profile.skill;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * A skill that a user has.
 *
 * @param name as the catalogue spells it
 * @param level 1 to 5
 */
@RegisterForReflection // told as JSON, by hand
public record UserSkill(String name, int level, Instant updatedAt) {}
