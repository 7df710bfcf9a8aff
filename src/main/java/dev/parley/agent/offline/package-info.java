/**
 * The offline assistant: deterministic, without a model and without a network, for the user's tasks
 * and preferences.
 */
@NullMarked
package dev.parley.agent.offline;

import org.jspecify.annotations.NullMarked;
