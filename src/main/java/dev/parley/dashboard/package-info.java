/** A user's counts of all modules in one call. */
@NullMarked
package dev.parley.dashboard;

import org.jspecify.annotations.NullMarked;
