/** Who is calling: the ids and the caller that every room speaks of. Nothing else. */
@NullMarked
package dev.parley.identity;

import org.jspecify.annotations.NullMarked;
