package dev.parley.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/**
 * Summaries of conversations: what falls out of the messages that an agent reads is summarised by a
 * model, and the summary is part of what agents read from then on.
 */
@ConfigMapping(prefix = "parley.summary")
public interface SummaryConfig {

    /**
     * {@code off}: nothing is summarised, and no agent reads a summary; {@code on_request}: {@code
     * POST /api/conversations/ID/summary} summarises; {@code automatic}: turns of long
     * conversations do it as well, after their end.
     */
    @WithDefault("off")
    Mode mode();

    /**
     * What a step costs the user, in queries of the monthly plan, 0 to 100. A step that fails gives
     * them back. 0 by default, since every message is summarised once, and its turn was paid.
     */
    @WithDefault("0")
    @Min(0)
    @Max(100)
    int price();

    /**
     * The endpoint that answers: a name of {@code parley.endpoints}, or {@code model} for the
     * endpoint of {@code parley.model}.
     */
    @WithDefault("model")
    String endpoint();

    /** The model's name at the endpoint; without it, the endpoint's own. */
    Optional<String> model();

    /** How long the model may take for a step. */
    @WithDefault("45s")
    Duration timeout();

    /**
     * Maximum length of a summary in characters, and at most an eighth of the tokens of the model's
     * context. What the model writes beyond it is cut.
     */
    @WithDefault("4000")
    @Min(100)
    @Max(20_000)
    int maxLength();

    /**
     * The newest messages that are not summarised, at most half of {@code
     * parley.turn.history-messages}; fewer if they are long.
     */
    @WithDefault("20")
    @Min(1)
    int recentMessages();

    /**
     * An automatic step begins when so many messages are neither recent nor in the summary; sooner
     * if they are long.
     */
    @WithDefault("20")
    @Min(1)
    int batchMessages();

    /** Messages that a step reads at most; fewer if the model's context has no space for more. */
    @WithDefault("200")
    @Min(2)
    @Max(1_000)
    int maxMessages();

    /** Steps that one process runs at once; a request for one more is refused as overloaded. */
    @WithDefault("8")
    @Min(1)
    int maxConcurrent();

    /** When conversations are summarised. */
    enum Mode {
        /** Never. */
        OFF,
        /** When their users ask for it. */
        ON_REQUEST,
        /** When their users ask for it, and after turns of long conversations. */
        AUTOMATIC
    }
}
