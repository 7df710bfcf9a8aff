/** Work that nobody asked for: bounded, never overlapping itself, surviving its failures. */
@NullMarked
package dev.parley.background;

import org.jspecify.annotations.NullMarked;
