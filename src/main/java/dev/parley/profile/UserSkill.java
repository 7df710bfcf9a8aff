package dev.parley.profile;

import java.time.Instant;

/**
 * A skill that a user has.
 *
 * @param name as the catalogue spells it
 * @param level 1 to 5
 */
public record UserSkill(String name, int level, Instant updatedAt) {}
