package dev.parley.agent.approval;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Reads {@code PARLEY_TOOLS_ADD_TASK_APPROVAL} as {@code parley.tools."add_task".approval}.
 * SmallRye Config would read it as the key {@code parley.tools.add.task.approval}, which means
 * nothing: the tool would run unasked. For the same reason a misspelled key stops the start.
 */
public final class ToolSettings implements ConfigSourceFactory {

    private static final Pattern VARIABLE =
            Pattern.compile("PARLEY_TOOLS_(\\w+)_(APPROVAL|APPROVER|EXPIRY)");
    private static final Pattern KEY =
            Pattern.compile("parley\\.tools\\.(\"[^\"]+\"|[^\".]+)\\.(approval|approver|expiry)");

    private static final int AS_ENVIRONMENT_VARIABLES = 300;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Map<String, String> settings = new HashMap<>();
        List<String> mistakes = new ArrayList<>();
        Set<String> names = names(context);
        for (String name : names) {
            Matcher variable = VARIABLE.matcher(name);
            if (variable.matches()) {
                // SmallRye Config reads a name of one word as it is meant:
                // parley.tools.echo.approval
                ConfigValue value = context.getValue(name);
                String key = key(variable);
                boolean known = names.contains(key.replace("\"", ""));
                if (!known && value != null && value.getValue() != null) {
                    settings.put(key, value.getValue());
                }
            } else if (isMistake(name, names)) {
                mistakes.add(name);
            }
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(
                    "Not a setting of a tool: %s. Write parley.tools.\"NAME\".approval, .approver or .expiry, or PARLEY_TOOLS_NAME_APPROVAL, _APPROVER or _EXPIRY."
                            .formatted(String.join(", ", mistakes.stream().sorted().toList())));
        }
        return List.of(
                new PropertiesConfigSource(settings, "parley.tools", AS_ENVIRONMENT_VARIABLES));
    }

    private static String key(Matcher variable) {
        // With the quotation marks of the key as underscores: PARLEY_TOOLS__ADD_TASK__APPROVAL
        String tool = variable.group(1).replaceAll("^_|_$", "").toLowerCase(Locale.ROOT);
        return "parley.tools.\"%s\".%s".formatted(tool, variable.group(2).toLowerCase(Locale.ROOT));
    }

    private static boolean isMistake(String name, Set<String> names) {
        if (name.startsWith("parley.tools.")) {
            // SmallRye Config derives a meaningless key from each environment variable
            return !KEY.matcher(name).matches() && !names.contains(variableOf(name));
        }
        return name.startsWith("PARLEY_TOOLS_");
    }

    private static String variableOf(String key) {
        return key.replaceAll("\\W", "_").toUpperCase(Locale.ROOT);
    }

    private static Set<String> names(ConfigSourceContext context) {
        Set<String> names = new HashSet<>();
        for (Iterator<String> all = context.iterateNames(); all.hasNext(); ) {
            names.add(all.next());
        }
        return names;
    }
}
