/** Monitors that warn in the log and by metrics before something fails. */
@NullMarked
package dev.parley.operations.monitor;

import org.jspecify.annotations.NullMarked;
