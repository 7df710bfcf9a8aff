package dev.parley.api.filter;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Removes personal data from the framework's spans of requests: search terms and client addresses.
 */
@Singleton
class SpanRedactor implements SpanProcessor {

    private static final String REDACTED = "redacted";
    private static final List<AttributeKey<String>> PERSONAL_ATTRIBUTES =
            List.of(
                    AttributeKey.stringKey("url.query"),
                    AttributeKey.stringKey("client.address"),
                    AttributeKey.stringKey("network.peer.address"));

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        for (AttributeKey<String> key : PERSONAL_ATTRIBUTES) {
            if (span.getAttribute(key) != null) {
                span.setAttribute(key, REDACTED);
            }
        }
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
