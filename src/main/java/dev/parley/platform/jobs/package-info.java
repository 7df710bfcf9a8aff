/** Work that nobody asked for: bounded, never overlapping itself, surviving its failures. */
@NullMarked
package dev.parley.platform.jobs;

import org.jspecify.annotations.NullMarked;
