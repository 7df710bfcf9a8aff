package dev.parley.runner;

import com.fasterxml.jackson.databind.JsonNode;

/** A letter to this runner. Observers return soon: the line waits for them. */
public record LetterArrived(RunnerId from, JsonNode content) {}
