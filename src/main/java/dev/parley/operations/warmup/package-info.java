/** Warm-up turns before the process reports that it is ready. */
@NullMarked
package dev.parley.operations.warmup;

import org.jspecify.annotations.NullMarked;
