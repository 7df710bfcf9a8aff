/** The HTTP API of tasks. */
@NullMarked
package dev.parley.task.web;

import org.jspecify.annotations.NullMarked;
