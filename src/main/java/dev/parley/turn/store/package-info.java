/** Turns in the database: opening, settling, tool steps and idempotency keys. */
@NullMarked
package dev.parley.turn.store;

import org.jspecify.annotations.NullMarked;
