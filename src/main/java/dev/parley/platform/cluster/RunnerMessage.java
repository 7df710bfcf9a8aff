package dev.parley.platform.cluster;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A message from one runner to another, in at most {@link #MAX_BYTES} of JSON. The message may be
 * lost: a sender that needs a response sends the message again.
 */
public record RunnerMessage(RunnerId to, JsonNode content) {

    /** A little less than PostgreSQL's limit for a notification. */
    public static final int MAX_BYTES = 7_900;
}
