package dev.parley.turn.web;

import dev.parley.web.Storable;
import dev.parley.web.TooLarge;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A message to an agent. */
record ChatRequest(
        @Schema(
                        description = "What to say, at most 32,000 characters",
                        examples = "Add a task: buy milk tomorrow")
                @NotBlank
                @Storable
                @Size(
                        max = LONGEST,
                        payload = TooLarge.class,
                        message = "must not be longer than {max} characters")
                String message,
        @Schema(description = "The conversation to go on with; a new one is begun without")
                @Nullable UUID conversationId,
        @Schema(
                        description =
                                "Who is to answer; the conversation's agent, or the assistant,"
                                        + " without",
                        examples = "assistant")
                @Nullable
                @Size(min = 1, max = 64)
                String agentType) {

    static final int LONGEST = 32_000;
}
