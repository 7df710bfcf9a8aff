/** Which agents a user has taken on. */
@NullMarked
package dev.parley.hiring;

import org.jspecify.annotations.NullMarked;
