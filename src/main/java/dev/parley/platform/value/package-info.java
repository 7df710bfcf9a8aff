/** Values that several modules share. */
@NullMarked
package dev.parley.platform.value;

import org.jspecify.annotations.NullMarked;
