package dev.parley.agent;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.common.utils.StringUtil;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives each setting of an agent or an endpoint one name, however the operator spells it: {@code
 * parley.agents."legal_advice".timeout}, {@code parley.agents.legal_advice.timeout} and {@code
 * PARLEY_AGENTS_LEGAL_ADVICE_TIMEOUT} are one key, and the source of the highest ordinal has its
 * value. Without this class, an agent with an underscore in its name could not be configured by the
 * environment alone, and two spellings of one agent would stop the start.
 */
public final class CatalogueKeys implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1;

    private static final List<Section> SECTIONS =
            List.of(
                    new Section(
                            "parley.agents.",
                            List.of(
                                    "enabled",
                                    "name",
                                    "description",
                                    "instructions",
                                    "instructions-file",
                                    "endpoint",
                                    "model",
                                    "context",
                                    "temperature",
                                    "tools",
                                    "workers",
                                    "timeout",
                                    "requires-hiring",
                                    "price",
                                    "max-tool-rounds",
                                    "approvals.TOOL")),
                    new Section(
                            "parley.endpoints.",
                            List.of("base-url", "api-key", "model", "context")));

    /** The only key with a map of its own. */
    private static final String APPROVALS = "approvals.";

    private static final String PART = "(\"[^\"]++\"|[^.\"]++)";
    private static final Pattern NAME =
            Pattern.compile("%s\\.(?:approvals\\.%<s|([a-z-]+))".formatted(PART));

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        return Setting.of(name).isEmpty()
                ? context.proceed(name)
                : Setting.of(name)
                        .get()
                        .spellings()
                        .map(context::proceed)
                        .filter(value -> value != null && value.getValue() != null)
                        .max(Comparator.comparingInt(ConfigValue::getSourceOrdinal))
                        .map(value -> value.withName(name))
                        .orElse(null);
    }

    @Override
    public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
        Set<String> names = new LinkedHashSet<>();
        Set<String> derived = new HashSet<>();
        Set<String> variables = new HashSet<>();
        context.iterateNames()
                .forEachRemaining(name -> {
                    String oneName = oneNameOf(name);
                    names.add(oneName);
                    if (SECTIONS.stream()
                            .anyMatch(section -> name.startsWith(section.variable()))) {
                        derived.add(oneNameOf(StringUtil.toLowerCaseAndDotted(name)));
                        variables.add(oneName);
                    }
                });
        // The framework derives a name from each environment variable, in which an underscore of
        // an agent's name is a dot
        derived.removeAll(variables);
        names.removeAll(derived);
        return names.iterator();
    }

    private static String oneNameOf(String name) {
        return Setting.of(name).map(Setting::name).orElse(name);
    }

    /**
     * The keys that an agent, or an endpoint, has; empty if the name belongs to neither, or is one
     * of these keys.
     */
    static List<String> keysInPlaceOf(String name) {
        return Setting.of(name).isPresent()
                ? List.of()
                : Section.of(name).map(Section::keys).orElse(List.of());
    }

    private record Section(String prefix, List<String> keys) {

        static Optional<Section> of(String name) {
            return SECTIONS.stream()
                    .filter(section ->
                            name.startsWith(section.prefix) || name.startsWith(section.variable()))
                    .findFirst();
        }

        String variable() {
            return variableOf(prefix);
        }

        Optional<Setting> setting(String name) {
            return name.startsWith(prefix)
                    ? ofName(name.substring(prefix.length()))
                    : ofVariable(name.substring(variable().length()));
        }

        private Optional<Setting> ofName(String name) {
            Matcher parts = NAME.matcher(name);
            if (!parts.matches()) {
                return Optional.empty();
            }
            String owner = parts.group(1).replace("\"", "");
            return parts.group(3) == null
                    ? of(owner, APPROVALS + parts.group(2).replace("\"", ""))
                    : of(owner, parts.group(3));
        }

        /** The longest key that the variable ends with is meant. */
        private Optional<Setting> ofVariable(String name) {
            int approval = name.indexOf("_" + variableOf(APPROVALS));
            if (approval > 0) {
                return of(
                        lower(name.substring(0, approval)),
                        APPROVALS + lower(name.substring(approval + APPROVALS.length() + 1)));
            }
            return keys.stream()
                    .filter(key -> name.endsWith("_" + variableOf(key)))
                    .max(Comparator.comparingInt(String::length))
                    .flatMap(key ->
                            of(lower(name.substring(0, name.length() - key.length() - 1)), key));
        }

        private Optional<Setting> of(String owner, String key) {
            boolean isKnown = keys.contains(key.startsWith(APPROVALS) ? "approvals.TOOL" : key);
            return isKnown && !owner.isEmpty()
                    ? Optional.of(new Setting(prefix, owner, key))
                    : Optional.empty();
        }

        /** Without the underscores that stand for quotes. */
        private static String lower(String name) {
            return name.replaceAll("^_|_$", "").toLowerCase(Locale.ROOT);
        }

        private static String variableOf(String name) {
            return name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
        }
    }

    /** One setting of one agent or endpoint. */
    private record Setting(String prefix, String owner, String key) {

        static Optional<Setting> of(String name) {
            return Section.of(name).flatMap(section -> section.setting(name));
        }

        /** An owner that is no name keeps its quotes; it is refused later. */
        String name() {
            return prefix + (owner.matches("\\w+") ? owner : quoted(owner)) + "." + key;
        }

        Stream<String> spellings() {
            return Stream.of(owner, quoted(owner))
                    .flatMap(first ->
                            key.startsWith(APPROVALS)
                                    ? Stream.of(
                                                    key,
                                                    APPROVALS
                                                            + quoted(
                                                                    key.substring(
                                                                            APPROVALS.length())))
                                            .map(last -> first + "." + last)
                                    : Stream.of(first + "." + key))
                    .map(rest -> prefix + rest);
        }

        private static String quoted(String name) {
            return '"' + name + '"';
        }
    }
}
