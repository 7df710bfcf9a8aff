/** The HTTP API of the history of metrics. */
@NullMarked
package dev.parley.operations.history.web;

import org.jspecify.annotations.NullMarked;
