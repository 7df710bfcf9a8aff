/** Responses that are written piece by piece while the client reads. */
@NullMarked
package dev.parley.api.streaming;

import org.jspecify.annotations.NullMarked;
