/** The offline assistant: no model, no network, deterministic, and at work on the user's tasks. */
@NullMarked
package dev.parley.agent.assistant;

import org.jspecify.annotations.NullMarked;
