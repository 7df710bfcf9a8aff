package dev.parley.platform.problem;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** What is wrong with one field; the field is named by its path, such as {@code answers.age}. */
@RegisterForReflection // written as JSON, by hand
public record FieldError(String field, String message) {}
