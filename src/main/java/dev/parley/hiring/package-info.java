/** The agents that a user has hired. */
@NullMarked
package dev.parley.hiring;

import org.jspecify.annotations.NullMarked;
