/** A user's tasks, and the tools that let an agent work on tasks. */
@NullMarked
package dev.parley.task;

import org.jspecify.annotations.NullMarked;
