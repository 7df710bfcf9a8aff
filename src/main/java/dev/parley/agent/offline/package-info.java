/** The offline assistant: no model, no network, deterministic, and at work on the user's tasks. */
@NullMarked
package dev.parley.agent.offline;

import org.jspecify.annotations.NullMarked;
