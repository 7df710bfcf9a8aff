/** The port to agents, their catalogue, and the client that bounds how long they may take. */
@NullMarked
package dev.parley.agent;

import org.jspecify.annotations.NullMarked;
