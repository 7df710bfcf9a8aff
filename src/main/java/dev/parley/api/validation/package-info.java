/** Constraints on what a request brings, for Bean Validation. */
@NullMarked
package dev.parley.api.validation;

import org.jspecify.annotations.NullMarked;
