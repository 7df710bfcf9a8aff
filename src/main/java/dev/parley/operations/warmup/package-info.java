/** Has the process awake before anybody comes. */
@NullMarked
package dev.parley.operations.warmup;

import org.jspecify.annotations.NullMarked;
