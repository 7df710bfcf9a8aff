package dev.parley.api.problem;

import jakarta.validation.Payload;

/** Marks a constraint whose violation is {@code too_large} instead of {@code invalid_request}. */
public interface TooLarge extends Payload {}
