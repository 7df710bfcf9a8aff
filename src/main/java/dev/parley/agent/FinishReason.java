package dev.parley.agent;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a reply ends where it ends, as OpenAI's chat completions name it. */
@RegisterForReflection // serialized by hand-written JSON code
public enum FinishReason {
    /** The agent had nothing more to write. */
    STOP,
    /** The model reached its limit of tokens: the reply is cut off. */
    LENGTH,
    /** The model's content filter left out the rest of the reply, or all of it. */
    CONTENT_FILTER;

    /** The spelling in the database column and in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for a reason that is none of these: endpoints have names of their own. */
    public static Optional<FinishReason> of(String text) {
        return Arrays.stream(values()).filter(reason -> reason.text().equals(text)).findFirst();
    }
}
