/** The probes that drive restarts and rollouts. */
@NullMarked
package dev.parley.health;

import org.jspecify.annotations.NullMarked;
