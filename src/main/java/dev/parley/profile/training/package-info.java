/** A user's trainings: what the user learns, with a status and the next learning step. */
@NullMarked
package dev.parley.profile.training;

import org.jspecify.annotations.NullMarked;
