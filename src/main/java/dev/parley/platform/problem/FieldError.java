package dev.parley.platform.problem;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * An invalid field of a request.
 *
 * @param field the path of the field, such as {@code answers.age}
 * @param message what is wrong with the value
 */
@RegisterForReflection // serialized by code, not by a resource
public record FieldError(String field, String message) {}
