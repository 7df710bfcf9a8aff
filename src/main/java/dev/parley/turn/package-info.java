/** The turn's vocabulary: ids, requests, statuses, outcomes, errors and configuration. */
@NullMarked
package dev.parley.turn;

import org.jspecify.annotations.NullMarked;
