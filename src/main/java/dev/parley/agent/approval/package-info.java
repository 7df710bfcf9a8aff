/** Rules that say which tool calls of an agent a person must approve before they run. */
@NullMarked
package dev.parley.agent.approval;

import org.jspecify.annotations.NullMarked;
