package dev.parley.platform.cluster;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A message to this runner. Observers must return soon, because the runner connection waits for
 * them.
 */
public record RunnerMessageReceived(RunnerId from, JsonNode content) {}
