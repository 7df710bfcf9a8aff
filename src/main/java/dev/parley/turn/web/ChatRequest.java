package dev.parley.turn.web;

import dev.parley.agent.AgentType;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.problem.TooLarge;
import dev.parley.api.validation.Storable;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.IdempotencyKey;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.WhenBusy;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A message to an agent. */
public record ChatRequest(
        @Schema(
                        description = "The message, at most 32,000 characters",
                        examples = "Add a task: buy milk tomorrow")
                @NotBlank
                @Storable
                @Size(
                        max = MAX_LENGTH,
                        payload = TooLarge.class,
                        message = "must not be longer than {max} characters")
                String message,
        @Schema(
                        description =
                                "The conversation to continue; without it, a new conversation is"
                                        + " created",
                        examples = "01a1f000-0000-7000-8000-000000000000")
                @Nullable UUID conversationId,
        @Schema(
                        description =
                                "The agent that answers; without it, the conversation's agent, or"
                                        + " the assistant",
                        examples = "assistant")
                @Nullable
                @Size(min = 1, max = 64)
                @Storable
                String agentType,
        @Schema(
                        description =
                                "What to do while another turn runs in the conversation: refuse"
                                        + " (reject, the default), queue it (enqueue), let it join"
                                        + " the running turn before its next round (steer), or"
                                        + " cancel the running turn and wait until it has ended"
                                        + " (cancel_running)")
                @Nullable WhenBusy whenBusy,
        @Schema(
                        description =
                                "What to do when this client disconnects before the end: let the"
                                        + " turn continue (continue, the default) or cancel it")
                @Nullable OnDisconnect onDisconnect) {

    public static final int MAX_LENGTH = 32_000;

    private static final Pattern KEY =
            Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");

    public boolean cancelsOnDisconnect() {
        return onDisconnect == OnDisconnect.CANCEL;
    }

    /**
     * Converts the request to the turn to open.
     *
     * @param key the client's idempotency key for this request; null if there is none
     * @throws InvalidRequest if the key is empty, too long, or not visible ASCII
     */
    public TurnRequest toTurnRequest(UserId user, @Nullable String key) {
        return new TurnRequest(
                TurnId.next(),
                user,
                Optional.ofNullable(conversationId).map(ConversationId::new),
                Optional.ofNullable(agentType).map(AgentType::new),
                message,
                whenBusy == null ? WhenBusy.REJECT : whenBusy,
                Optional.ofNullable(key).map(this::toIdempotencyKey));
    }

    private IdempotencyKey toIdempotencyKey(String key) {
        if (key.length() > IdempotencyKey.MAX_LENGTH || !KEY.matcher(key).matches()) {
            throw new InvalidRequest(
                    "Idempotency-Key",
                    "must be 1 to %d visible ASCII characters"
                            .formatted(IdempotencyKey.MAX_LENGTH));
        }
        return IdempotencyKey.of(
                key,
                List.of(
                        message,
                        String.valueOf(conversationId),
                        String.valueOf(agentType),
                        String.valueOf(whenBusy),
                        String.valueOf(onDisconnect)));
    }
}
