/** The HTTP door to tasks. */
@NullMarked
package dev.parley.task.web;

import org.jspecify.annotations.NullMarked;
