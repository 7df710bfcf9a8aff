/** The trainings of a user: what is learnt, and the next step. */
@NullMarked
package dev.parley.profile.training;

import org.jspecify.annotations.NullMarked;
