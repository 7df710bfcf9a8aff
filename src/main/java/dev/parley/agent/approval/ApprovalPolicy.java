package dev.parley.agent.approval;

import dev.parley.agent.approval.ToolsConfig.ToolRuleConfig;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.ToolCatalogue;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which tool calls need an approval, by the rules of {@code parley.tools} and of the agents.
 *
 * <p>Both rules of a call apply, and the greater demand counts: a rule of a tool holds for all
 * agents, and an agent can only ask more often.
 */
@Singleton
@Startup
public class ApprovalPolicy {

    private static final Duration MIN_EXPIRY = Duration.ofSeconds(1);
    private static final Duration MAX_EXPIRY = Duration.ofDays(365);
    private static final ApprovalRule NEVER = new ApprovalRule.Never();

    private final Map<String, ToolRule> rules = new TreeMap<>();
    private final Map<String, Tool> tools;
    private final Duration expiry;

    /**
     * @throws IllegalArgumentException if the configuration has mistakes; the message names all of
     *     them, each with its key
     */
    ApprovalPolicy(ToolsConfig config, ApprovalConfig defaults, ToolCatalogue catalogue) {
        tools = catalogue.tools();
        expiry = defaults.expiry();
        List<String> mistakes = new ArrayList<>();
        checkExpiry("parley.approval.expiry", expiry, mistakes);
        config.tools().forEach((name, rule) -> add(name, rule, mistakes));
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", mistakes));
        }
    }

    /**
     * What applies to calls of the tool.
     *
     * @param ofAgent the rules of the agent by the name of a tool or by a prefix that ends with
     *     {@code *}, checked before with {@link #mistakes}; empty if the agent has none
     */
    public ApprovalRequirement required(String tool, Map<String, String> ofAgent) {
        ToolRule rule =
                match(tool, rules.keySet())
                        .map(rules::get)
                        .orElse(new ToolRule(NEVER, Approver.OWNER, expiry));
        ApprovalRule agentRule =
                match(tool, ofAgent.keySet())
                        .map(ofAgent::get)
                        .map(ApprovalRule::parse)
                        .orElse(NEVER);
        return new ApprovalRequirement(rule.rule(), agentRule, rule.approver(), rule.expiry());
    }

    /**
     * Checks the rules of an agent, so that a mistake in them stops the start.
     *
     * @param key the configuration key of the rules, without the name of a tool
     * @return one sentence for each mistake, with its key and what to write
     */
    public List<String> mistakes(String key, Map<String, String> ofAgent) {
        List<String> mistakes = new ArrayList<>();
        ofAgent.forEach((name, text) -> {
            String ruleKey = "%s.\"%s\"".formatted(key, name);
            String tool = ToolNames.normalized(name);
            checkName(ruleKey, tool, mistakes);
            parse(ruleKey, tool, text, mistakes);
        });
        return mistakes;
    }

    private void add(String name, ToolRuleConfig config, List<String> mistakes) {
        String key = "parley.tools.\"%s\".".formatted(name);
        String tool = ToolNames.normalized(name);
        checkName(key + "approval", tool, mistakes);
        ApprovalRule rule = parse(key + "approval", tool, config.approval(), mistakes);
        Approver approver =
                Approver.of(config.approver())
                        .orElseGet(() -> {
                            mistakes.add(
                                    "%sapprover is \"%s\". Write owner or admin."
                                            .formatted(key, config.approver()));
                            return Approver.OWNER;
                        });
        config.expiry().ifPresent(value -> checkExpiry(key + "expiry", value, mistakes));
        ToolRule added = new ToolRule(rule, approver, config.expiry().orElse(expiry));
        ToolRule other = rules.put(tool, added);
        if (other != null && !other.equals(added)) {
            mistakes.add("%sapproval: the tool %s has two rules. Remove one.".formatted(key, tool));
        }
    }

    private void checkName(String key, String name, List<String> mistakes) {
        if (name.substring(0, Math.max(0, name.length() - 1)).contains("*")) {
            mistakes.add("%s: * is allowed only as the last character.".formatted(key));
        } else if (matching(name).isEmpty()) {
            if (name.endsWith("*")) {
                Log.warnf("%s: no tool has a name that begins so", key);
            } else {
                mistakes.add(
                        "%s: there is no tool %s; choose from %s."
                                .formatted(key, name, String.join(", ", tools.keySet())));
            }
        }
    }

    private ApprovalRule parse(String key, String name, String text, List<String> mistakes) {
        try {
            ApprovalRule rule = ApprovalRule.parse(text);
            for (Tool tool : matching(name)) {
                rule.mistakes(tool.parameters())
                        .forEach(mistake ->
                                mistakes.add(
                                        "%s: %s (tool %s)".formatted(key, mistake, tool.name())));
            }
            return rule;
        } catch (IllegalArgumentException failure) {
            mistakes.add("%s is \"%s\". %s".formatted(key, text, failure.getMessage()));
            return NEVER;
        }
    }

    private List<Tool> matching(String name) {
        return tools.values().stream()
                .filter(tool -> ToolNames.matches(name, tool.name()))
                .toList();
    }

    private static Optional<String> match(String tool, Collection<String> names) {
        return names.stream()
                .filter(name -> ToolNames.matches(name, tool))
                // The full name is longer than a prefix that ends with * at its end
                .max(
                        Comparator.<String>comparingInt(name -> name.endsWith("*") ? 0 : 1)
                                .thenComparingInt(String::length));
    }

    private static void checkExpiry(String key, Duration value, List<String> mistakes) {
        if (value.compareTo(MIN_EXPIRY) < 0 || value.compareTo(MAX_EXPIRY) > 0) {
            mistakes.add("%s is %s. Write a duration from 1s to 365d.".formatted(key, value));
        }
    }

    private record ToolRule(ApprovalRule rule, Approver approver, Duration expiry) {}
}
