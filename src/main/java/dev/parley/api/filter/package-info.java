/**
 * What happens to each request before its resource: request id, client address, size and rate
 * limits.
 */
@NullMarked
package dev.parley.api.filter;

import org.jspecify.annotations.NullMarked;
