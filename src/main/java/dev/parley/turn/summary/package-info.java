/** Steps that summarise the earlier messages of conversations, apart from their turns. */
@NullMarked
package dev.parley.turn.summary;

import org.jspecify.annotations.NullMarked;
