/** A user's skills, each with a level. */
@NullMarked
package dev.parley.profile.skill;

import org.jspecify.annotations.NullMarked;
