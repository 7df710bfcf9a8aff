package dev.parley.agent.model;

import dev.parley.agent.GenAiConventions;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.net.URI;
import java.util.Optional;

/**
 * The model and the endpoint that calls are made to, as spans and metrics name them. The values
 * come from the configuration, so there are few of them.
 */
final class InferenceTarget {

    private static final AttributeKey<String> PROVIDER =
            AttributeKey.stringKey("gen_ai.provider.name");
    private static final AttributeKey<String> MODEL =
            AttributeKey.stringKey("gen_ai.request.model");
    private static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");

    private final String model;
    private final Attributes attributes;
    private final Tags tags;

    /**
     * @param model the model's name at the endpoint
     * @param endpoint the endpoint's base URL, of which only host and port are used
     */
    InferenceTarget(String model, Optional<URI> endpoint) {
        this.model = model;
        AttributesBuilder builder =
                Attributes.builder()
                        .put(GenAiConventions.OPERATION_NAME, "chat")
                        // The protocol's provider, whatever model answers behind the endpoint
                        .put(PROVIDER, "openai")
                        .put(MODEL, model);
        endpoint.ifPresent(url -> builder.put(ADDRESS, url.getHost()).put(PORT, port(url)));
        attributes = builder.build();
        tags =
                Tags.of(
                        attributes.asMap().entrySet().stream()
                                .map(attribute ->
                                        Tag.of(
                                                attribute.getKey().getKey(),
                                                attribute.getValue().toString()))
                                .toList());
    }

    private static long port(URI url) {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return "https".equals(url.getScheme()) ? 443 : 80;
    }

    String model() {
        return model;
    }

    Attributes attributes() {
        return attributes;
    }

    /** The same as tags of a metric. */
    Tags tags() {
        return tags;
    }
}
