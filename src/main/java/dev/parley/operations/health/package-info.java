/** The probes that drive restarts and rollouts. */
@NullMarked
package dev.parley.operations.health;

import org.jspecify.annotations.NullMarked;
