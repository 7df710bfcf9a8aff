/** The HTTP API of turns. */
@NullMarked
package dev.parley.turn.web;

import org.jspecify.annotations.NullMarked;
