/** Tasks, and the tools that let an agent work on them. */
@NullMarked
package dev.parley.task;

import org.jspecify.annotations.NullMarked;
