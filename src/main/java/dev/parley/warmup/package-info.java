/** Has the process awake before anybody comes. */
@NullMarked
package dev.parley.warmup;

import org.jspecify.annotations.NullMarked;
