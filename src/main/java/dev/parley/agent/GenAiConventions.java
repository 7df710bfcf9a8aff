package dev.parley.agent;

import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.common.AttributeKey;
import java.time.Duration;
import java.util.stream.DoubleStream;

/**
 * What the telemetry of agents, models and tools shares of OpenTelemetry's semantic conventions for
 * generative AI, version 0.1.0. A metric has the conventions' attributes as tags; an attribute that
 * the conventions leave out, such as {@code error.type} of a success, is an empty tag.
 *
 * @see <a href="https://github.com/open-telemetry/semantic-conventions-genai">The conventions</a>
 */
public final class GenAiConventions {

    public static final AttributeKey<String> OPERATION_NAME =
            AttributeKey.stringKey("gen_ai.operation.name");
    public static final AttributeKey<String> AGENT_NAME =
            AttributeKey.stringKey("gen_ai.agent.name");
    public static final AttributeKey<String> CONVERSATION_ID =
            AttributeKey.stringKey("gen_ai.conversation.id");
    public static final AttributeKey<Long> INPUT_TOKENS =
            AttributeKey.longKey("gen_ai.usage.input_tokens");
    public static final AttributeKey<Long> OUTPUT_TOKENS =
            AttributeKey.longKey("gen_ai.usage.output_tokens");
    public static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    /** The tag's value for a name that is not one of the configuration's. */
    public static final String OTHER = "_OTHER";

    private static final int MAX_LENGTH = 128;

    /** 10 ms to 82 s, each boundary twice the one before. */
    private static final Duration[] BOUNDARIES =
            DoubleStream.iterate(10, millis -> millis <= 81_920, millis -> millis * 2)
                    .mapToObj(millis -> Duration.ofMillis((long) millis))
                    .toArray(Duration[]::new);

    private GenAiConventions() {}

    /** A histogram of durations with the boundaries that the conventions recommend. */
    public static Timer.Builder duration(String name, String description) {
        return Timer.builder(name).description(description).serviceLevelObjectives(BOUNDARIES);
    }

    /** A text of a model's endpoint, short enough for a span. */
    public static String bounded(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    }
}
