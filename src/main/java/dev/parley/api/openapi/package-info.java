/** Completes the OpenAPI document at build time. */
@NullMarked
package dev.parley.api.openapi;

import org.jspecify.annotations.NullMarked;
