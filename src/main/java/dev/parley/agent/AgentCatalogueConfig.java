package dev.parley.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The agents by their types. A type has lower-case letters, digits and underscores; the environment
 * variable of a key is, for example, {@code PARLEY_AGENTS_LEGAL_INSTRUCTIONS}. docs/agents.md has a
 * complete example.
 */
@ConfigMapping(prefix = "parley.agents")
public interface AgentCatalogueConfig {

    @WithParentName
    Map<String, AgentSettings> agents();

    /** One agent. */
    interface AgentSettings {

        /** {@code false} takes an agent that is shipped out of the catalogue. */
        @WithDefault("true")
        boolean enabled();

        /** The agent's name for people; the type without a name. */
        Optional<String> name();

        /** One sentence that says what the agent is good for. */
        Optional<String> description();

        /** What the model reads before the messages. Takes precedence over a file. */
        Optional<String> instructions();

        /** A file with the instructions, in UTF-8. */
        Optional<Path> instructionsFile();

        /**
         * The endpoint that answers: a name of {@code parley.endpoints}, or {@code model} for the
         * endpoint of {@code parley.model}.
         */
        @WithDefault(AgentProfile.DEFAULT_ENDPOINT)
        String endpoint();

        /** The model's name at the endpoint; without it, the endpoint's own. */
        Optional<String> model();

        /**
         * Tokens that the model may read and write in one request; without it, those of the
         * endpoint, and never more.
         */
        OptionalInt context();

        /** Sampling temperature, 0 to 2; without it, what the user has chosen. */
        OptionalDouble temperature();

        /**
         * The only tools that the agent may call; {@code *} for all. Without it, none; all for an
         * agent that is code.
         */
        Optional<List<String>> tools();

        /** The agents that this agent may delegate to, at most 8. */
        Optional<List<String>> workers();

        /** How long the agent may think; without it, {@code parley.agent.timeout}. */
        Optional<Duration> timeout();

        /**
         * Whether the agent answers only users who have hired it; without it, what {@code
         * parley.agent.requires-hiring} says.
         */
        Optional<Boolean> requiresHiring();

        /**
         * What a turn with this agent costs, in queries of the monthly plan, 0 to 100; 0 is free.
         */
        @WithDefault("1")
        int price();

        /**
         * Maximum number of rounds of tool calls in one turn; without it, {@code
         * parley.agent.max-tool-rounds}.
         */
        OptionalInt maxToolRounds();

        /**
         * When calls of a tool by this agent need an approval, besides what {@code parley.tools}
         * says.
         */
        Map<String, String> approvals();
    }
}
