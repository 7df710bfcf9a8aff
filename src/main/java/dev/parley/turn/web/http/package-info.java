/** Turns over HTTP: JSON and server-sent events. */
@NullMarked
package dev.parley.turn.web.http;

import org.jspecify.annotations.NullMarked;
