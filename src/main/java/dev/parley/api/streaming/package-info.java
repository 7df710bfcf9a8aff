/** Responses that are written in chunks while the client reads. */
@NullMarked
package dev.parley.api.streaming;

import org.jspecify.annotations.NullMarked;
