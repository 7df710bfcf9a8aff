package dev.parley.agent;

import dev.parley.agent.AgentCatalogueConfig.AgentSettings;
import dev.parley.agent.EndpointCatalogueConfig.EndpointSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the profiles of the agents from the configuration, and collects the mistakes of all of them
 * before it refuses.
 */
final class CatalogueReader {

    /** A supervisor may have workers that are supervisors, and no more. */
    static final int MAX_DEPTH = 2;

    static final int MAX_WORKERS = 8;

    private static final String AGENTS = "parley.agents.";
    private static final String ALL_TOOLS = "*";
    private static final int MAX_NAME_LENGTH = 100;
    private static final int MAX_DESCRIPTION_LENGTH = 500;
    private static final int MAX_INSTRUCTIONS_LENGTH = 100_000;
    private static final int MAX_PRICE = 100;
    private static final int MIN_CONTEXT = 1_024;
    private static final int MAX_CONTEXT = 10_000_000;
    private static final double MAX_TEMPERATURE = 2;
    private static final Pattern VALID_NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    /** Parley relies on these: the agent of a message that names none, and the warm-up's. */
    private static final Set<AgentType> REQUIRED = Set.of(AgentType.ASSISTANT, AgentType.OFFLINE);

    private final SortedMap<String, AgentSettings> agents;
    private final Map<String, EndpointSettings> endpoints;
    private final int modelContext;
    private final AgentConfig limits;
    private final SortedMap<String, Agent> beans;
    private final Set<String> tools;
    private final BiFunction<String, Map<String, String>, List<String>> approvals;
    private final List<String> mistakes = new ArrayList<>();

    /**
     * @param modelContext the context of the endpoint of {@code parley.model}, in tokens
     * @param beans the agents that are code
     * @param tools the names of all tools
     * @param approvals finds the mistakes in an agent's rules of approval, below a key
     */
    CatalogueReader(
            AgentCatalogueConfig agents,
            EndpointCatalogueConfig endpoints,
            int modelContext,
            AgentConfig limits,
            Collection<Agent> beans,
            Set<String> tools,
            BiFunction<String, Map<String, String>, List<String>> approvals) {
        this.agents = new TreeMap<>(agents.agents());
        this.endpoints = new TreeMap<>(endpoints.endpoints());
        this.modelContext = modelContext;
        this.limits = limits;
        this.beans = byType(beans);
        this.tools = new TreeSet<>(tools);
        this.approvals = approvals;
    }

    private static SortedMap<String, Agent> byType(Collection<Agent> agents) {
        return agents.stream()
                .collect(
                        Collectors.toMap(
                                agent -> agent.type().value(),
                                Function.identity(),
                                (one, other) -> {
                                    throw new IllegalStateException(
                                            "Two agents have the name " + one.type());
                                },
                                TreeMap::new));
    }

    /**
     * @param names the names of all settings, to find the misspelt ones
     * @throws InvalidCatalogue if there are mistakes
     */
    Map<AgentType, AgentProfile> read(Iterable<String> names) {
        names.forEach(this::checkKey);
        endpoints.forEach(this::checkEndpoint);
        Map<AgentType, AgentProfile> profiles =
                agents.entrySet().stream()
                        .filter(agent -> agent.getValue().enabled() || isRequired(agent.getKey()))
                        .map(agent -> profile(agent.getKey(), agent.getValue()))
                        .collect(Collectors.toMap(AgentProfile::type, Function.identity()));
        beans.values().stream()
                .filter(bean -> !agents.containsKey(bean.type().value()))
                .forEach(bean -> profiles.put(bean.type(), profileOf(bean)));
        checkHiring();
        profiles.values().forEach(profile -> checkDepth(profile, profiles));
        if (!mistakes.isEmpty()) {
            throw new InvalidCatalogue(mistakes.stream().sorted().toList());
        }
        return Map.copyOf(profiles);
    }

    private void checkKey(String name) {
        List<String> known = CatalogueKeys.keysInPlaceOf(name);
        if (!known.isEmpty()) {
            mistake(name, "there is no such setting. Write one of " + listed(known));
        }
    }

    private void checkEndpoint(String name, EndpointSettings settings) {
        String key = "parley.endpoints." + name;
        checkName(key, name);
        if (name.equals(AgentProfile.DEFAULT_ENDPOINT)) {
            mistake(key, "this endpoint is configured by parley.model. Choose another name");
        }
        if (settings.baseUrl().isEmpty()) {
            mistake(key + ".base-url", "is missing. Write a URL such as http://model:8000/v1");
        }
        if (settings.context() < MIN_CONTEXT || settings.context() > MAX_CONTEXT) {
            mistake(
                    key + ".context",
                    "is %d. Write %d to %d"
                            .formatted(settings.context(), MIN_CONTEXT, MAX_CONTEXT));
        }
        settings.baseUrl()
                .filter(url -> url.getScheme() == null || !url.getScheme().matches("https?"))
                .ifPresent(url ->
                        mistake(
                                key + ".base-url",
                                "is no URL of HTTP. Write a URL such as http://model:8000/v1"));
    }

    /** Whether the agent stays in the catalogue although the configuration disables it. */
    private boolean isRequired(String type) {
        if (REQUIRED.contains(new AgentType(type))) {
            mistake(AGENTS + type + ".enabled", "Parley needs this agent. Remove the setting");
            return true;
        }
        return false;
    }

    /** An agent that is code, without settings of its own. */
    private AgentProfile profileOf(Agent bean) {
        return new AgentProfile(
                bean.type(),
                bean.type().value(),
                bean.description(),
                Optional.empty(),
                AgentProfile.DEFAULT_ENDPOINT,
                Optional.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                tools,
                List.of(),
                limits.timeout(),
                limits.requiresHiring().contains(bean.type().value()),
                AgentProfile.DEFAULT_PRICE,
                limits.maxToolRounds(),
                Map.of());
    }

    private AgentProfile profile(String type, AgentSettings settings) {
        String key = AGENTS + type;
        checkName(key, type);
        checkNumbers(key, settings);
        checkContext(key + ".context", settings);
        mistakes.addAll(approvals.apply(key + ".approvals", settings.approvals()));
        @Nullable Agent bean = beans.get(type);
        return new AgentProfile(
                new AgentType(type),
                checkedText(key + ".name", settings.name(), MAX_NAME_LENGTH).orElse(type),
                checkedText(key + ".description", settings.description(), MAX_DESCRIPTION_LENGTH)
                        .orElseGet(() -> bean == null ? "" : bean.description()),
                instructions(key, type, settings),
                checkedEndpoint(key + ".endpoint", settings.endpoint()),
                settings.model(),
                settings.context(),
                settings.temperature(),
                toolsOf(key + ".tools", settings, bean != null),
                workers(key + ".workers", settings),
                settings.timeout().orElse(limits.timeout()),
                settings.requiresHiring().orElse(limits.requiresHiring().contains(type)),
                settings.price(),
                settings.maxToolRounds().orElse(limits.maxToolRounds()),
                settings.approvals());
    }

    private void checkName(String key, String name) {
        if (!VALID_NAME.matcher(name).matches() && !beans.containsKey(name)) {
            mistake(
                    key,
                    "\"%s\" is no valid name. Write up to 64 lower-case letters, digits and underscores, beginning with a to z"
                            .formatted(name));
        }
    }

    private void checkNumbers(String key, AgentSettings settings) {
        settings.temperature()
                .ifPresent(temperature -> {
                    if (!(temperature >= 0 && temperature <= MAX_TEMPERATURE)) {
                        mistake(key + ".temperature", "is %s. Write 0 to 2".formatted(temperature));
                    }
                });
        if (settings.price() < 0 || settings.price() > MAX_PRICE) {
            mistake(key + ".price", "is %d. Write 0 to %d".formatted(settings.price(), MAX_PRICE));
        }
        settings.maxToolRounds()
                .ifPresent(rounds -> {
                    if (rounds < 0) {
                        mistake(key + ".max-tool-rounds", "is negative. Write 0 or more");
                    }
                });
        settings.timeout()
                .filter(timeout -> !timeout.isPositive())
                .ifPresent(timeout ->
                        mistake(key + ".timeout", "is not positive. Write for example 45s"));
    }

    /** What the endpoint's model cannot read, no agent can let it read. */
    private void checkContext(String key, AgentSettings settings) {
        @Nullable EndpointSettings endpoint = endpoints.get(settings.endpoint());
        int max = endpoint == null ? modelContext : endpoint.context();
        settings.context()
                .ifPresent(context -> {
                    if (context < MIN_CONTEXT || context > max) {
                        mistake(
                                key,
                                "is %d. Write %d to %d, the context of the endpoint %s"
                                        .formatted(context, MIN_CONTEXT, max, settings.endpoint()));
                    }
                });
    }

    private Optional<String> checkedText(String key, Optional<String> text, int maxLength) {
        text.filter(value -> value.length() > maxLength)
                .ifPresent(value ->
                        mistake(
                                key,
                                "has %d characters. Write at most %d"
                                        .formatted(value.length(), maxLength)));
        return text;
    }

    /** Of the setting, the file that a setting names, or the file that is shipped. */
    private Optional<String> instructions(String key, String type, AgentSettings settings) {
        String instructionsKey = key + ".instructions";
        Optional<String> instructions =
                settings.instructions()
                        .or(() ->
                                settings.instructionsFile()
                                        .map(file -> readFile(instructionsKey + "-file", file)))
                        .or(() -> shipped(type));
        if (instructions.isEmpty()) {
            if (!beans.containsKey(type) && !type.equals(AgentType.OFFLINE.value())) {
                mistake(
                        instructionsKey,
                        "is missing. Write what the agent is to do, or name a file in %s-file"
                                .formatted(instructionsKey));
            }
        } else if (type.equals(AgentType.OFFLINE.value())) {
            mistake(instructionsKey, "the offline assistant reads none. Remove the setting");
        } else if (instructions.get().isBlank()) {
            mistake(instructionsKey, "is blank. Write what the agent is to do");
        }
        return checkedText(instructionsKey, instructions, MAX_INSTRUCTIONS_LENGTH)
                .map(String::strip);
    }

    private String readFile(String key, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            mistake(
                    key,
                    "%s cannot be read as a text in UTF-8 (%s)"
                            .formatted(file, failure.getClass().getSimpleName()));
            return "unreadable";
        }
    }

    private static Optional<String> shipped(String type) {
        try (InputStream file =
                CatalogueReader.class.getResourceAsStream("/agents/" + type + ".md")) {
            return file == null
                    ? Optional.empty()
                    : Optional.of(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String checkedEndpoint(String key, String endpoint) {
        if (!endpoint.equals(AgentProfile.DEFAULT_ENDPOINT) && !endpoints.containsKey(endpoint)) {
            mistake(
                    key,
                    "there is no endpoint \"%s\". Set parley.endpoints.%s.base-url, or write one of %s"
                            .formatted(endpoint, endpoint, listed(endpointNames())));
        }
        return endpoint;
    }

    private Collection<String> endpointNames() {
        Set<String> names = new TreeSet<>(endpoints.keySet());
        names.add(AgentProfile.DEFAULT_ENDPOINT);
        return names;
    }

    /** Code knows itself which tools it calls; a model is given none that is not named. */
    private Set<String> toolsOf(String key, AgentSettings settings, boolean isCode) {
        List<String> wanted = settings.tools().orElse(isCode ? List.of(ALL_TOOLS) : List.of());
        if (wanted.equals(List.of(ALL_TOOLS))) {
            return tools;
        }
        wanted.stream()
                .filter(tool -> !tools.contains(tool))
                .forEach(tool ->
                        mistake(
                                key,
                                "there is no tool \"%s\". Write * for all tools, or some of %s"
                                        .formatted(tool, listed(tools))));
        return Set.copyOf(wanted);
    }

    private List<AgentType> workers(String key, AgentSettings settings) {
        List<String> workers = settings.workers().orElse(List.of()).stream().distinct().toList();
        if (workers.size() > MAX_WORKERS) {
            mistake(key, "has %d agents. Write at most %d".formatted(workers.size(), MAX_WORKERS));
        }
        workers.stream()
                .filter(worker -> !isInCatalogue(worker))
                .forEach(worker ->
                        mistake(
                                key,
                                "there is no agent \"%s\". Write some of %s"
                                        .formatted(worker, listed(agentNames()))));
        return workers.stream().map(AgentType::new).toList();
    }

    private boolean isInCatalogue(String type) {
        @Nullable AgentSettings settings = agents.get(type);
        return settings == null ? beans.containsKey(type) : settings.enabled();
    }

    private Collection<String> agentNames() {
        Set<String> names = new TreeSet<>(beans.keySet());
        names.addAll(agents.keySet());
        names.removeIf(type -> !isInCatalogue(type));
        return names;
    }

    private void checkHiring() {
        limits.requiresHiring().stream()
                .filter(type -> !beans.containsKey(type) && !agents.containsKey(type))
                .forEach(type ->
                        mistake(
                                "parley.agent.requires-hiring",
                                "there is no agent \"%s\". Write some of %s"
                                        .formatted(type, listed(agentNames()))));
    }

    /** Follows the workers of an agent: to itself, or further down than {@link #MAX_DEPTH}. */
    private void checkDepth(AgentProfile profile, Map<AgentType, AgentProfile> profiles) {
        String key = AGENTS + profile.type() + ".workers";
        deepest(List.of(profile.type()), profiles)
                .ifPresent(path -> {
                    String agents =
                            path.stream().map(AgentType::value).collect(Collectors.joining(" -> "));
                    mistake(
                            key,
                            path.indexOf(path.getLast()) < path.size() - 1
                                    ? "the agents delegate in a circle: %s. Remove one of these workers"
                                            .formatted(agents)
                                    : "the agents delegate over more than %d levels: %s. Remove the workers of %s"
                                            .formatted(MAX_DEPTH, agents, path.get(MAX_DEPTH)));
                });
    }

    /** A path that is a circle or too long; empty if there is none. */
    private static Optional<List<AgentType>> deepest(
            List<AgentType> path, Map<AgentType, AgentProfile> profiles) {
        boolean isCircle = path.indexOf(path.getLast()) < path.size() - 1;
        if (isCircle || path.size() > MAX_DEPTH + 1) {
            return Optional.of(path);
        }
        return Optional.ofNullable(profiles.get(path.getLast())).stream()
                .flatMap(profile -> profile.workers().stream())
                .flatMap(worker -> {
                    List<AgentType> longer = new ArrayList<>(path);
                    longer.add(worker);
                    return deepest(longer, profiles).stream();
                })
                .findFirst();
    }

    private void mistake(String key, String what) {
        mistakes.add("%s: %s.".formatted(key, what));
    }

    private static String listed(Collection<String> names) {
        return String.join(", ", names);
    }
}
