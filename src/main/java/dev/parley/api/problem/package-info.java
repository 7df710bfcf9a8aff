/** Errors as RFC 9457 problems: the catalogue of codes and the mapping of exceptions. */
@NullMarked
package dev.parley.api.problem;

import org.jspecify.annotations.NullMarked;
