package dev.parley.api.problem;

import jakarta.validation.Payload;

/** Marks a constraint of which the violation is {@code too_large}, not {@code invalid_request}. */
public interface TooLarge extends Payload {}
