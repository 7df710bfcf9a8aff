package dev.parley.api.filter;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * What somebody searches for, and where they are, is theirs: the framework's own spans of requests
 * tell both, and are made to forget it before anybody gets to see them.
 */
@Singleton
class SpanRedactor implements SpanProcessor {

    private static final String NOT_TOLD = "not told";
    private static final List<AttributeKey<String>> THEIRS =
            List.of(
                    AttributeKey.stringKey("url.query"),
                    AttributeKey.stringKey("client.address"),
                    AttributeKey.stringKey("network.peer.address"));

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        for (AttributeKey<String> key : THEIRS) {
            if (span.getAttribute(key) != null) {
                span.setAttribute(key, NOT_TOLD);
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
