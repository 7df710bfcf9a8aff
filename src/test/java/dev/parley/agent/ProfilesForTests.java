package dev.parley.agent;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** Profiles that need no configuration. */
public final class ProfilesForTests {

    private ProfilesForTests() {}

    /** A catalogue without agents, in which each may think so long. */
    public static AgentProfiles withTimeout(String seconds) {
        return new AgentProfiles(
                Map.of(), Duration.parse("PT" + seconds.toUpperCase(java.util.Locale.ROOT)));
    }

    /** An agent of a model, with a time limit of 30 s. */
    public static AgentProfile ofModel(AgentType type, Set<String> tools) {
        return new AgentProfile(
                type,
                "Tester",
                "Answers tests.",
                Optional.of("Answer."),
                AgentProfile.DEFAULT_ENDPOINT,
                Optional.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                tools,
                List.of(),
                Duration.ofSeconds(30),
                false,
                AgentProfile.DEFAULT_PRICE,
                10,
                Map.of());
    }
}
