package dev.parley.runner;

import com.fasterxml.jackson.databind.JsonNode;

/** A message to this runner. Observers return soon: the connection waits for them. */
public record LetterArrived(RunnerId from, JsonNode content) {}
