/** Validation of requests: Bean Validation constraints, merge patches and query parameters. */
@NullMarked
package dev.parley.api.validation;

import org.jspecify.annotations.NullMarked;
