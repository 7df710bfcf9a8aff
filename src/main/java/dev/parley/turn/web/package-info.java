/** The HTTP door to turns. */
@NullMarked
package dev.parley.turn.web;

import org.jspecify.annotations.NullMarked;
