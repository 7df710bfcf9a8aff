package dev.parley.platform.cluster;

import com.fasterxml.jackson.databind.JsonNode;

/** A message to this runner. Observers return soon: the connection waits for them. */
public record RunnerMessageReceived(RunnerId from, JsonNode content) {}
