/**
 * The port to agents, the catalogue of agents, and the client that limits the time and the number
 * of calls.
 */
@NullMarked
package dev.parley.agent;

import org.jspecify.annotations.NullMarked;
