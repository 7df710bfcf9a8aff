package dev.parley.platform.cluster;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A message from one runner to another, in at most {@link #MAX_BYTES} of JSON. It may be lost: a
 * sender that needs an answer asks again.
 */
public record RunnerMessage(RunnerId to, JsonNode content) {

    /** PostgreSQL's own limit for a notification is a little more. */
    public static final int MAX_BYTES = 7_900;
}
