/** The skills of a user, with a level each. */
@NullMarked
package dev.parley.profile.skill;

import org.jspecify.annotations.NullMarked;
