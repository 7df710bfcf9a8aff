/** A user's preferences, skills, trainings and temperature. */
@NullMarked
package dev.parley.profile;

import org.jspecify.annotations.NullMarked;
