package dev.parley.operations.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The environment variables that Parley reads when it starts: its own, from the page whose tables
 * are generated from the configuration interfaces, and those of Quarkus, from the models that the
 * extensions carry. A variable that counts at build time only is none of them.
 */
final class EnvironmentVariables {

    private static final String MODEL = "META-INF/quarkus-config-doc/quarkus-config-model.json";
    private static final Pattern OF_PARLEY = Pattern.compile("`(PARLEY_[A-Z0-9_]+)[`=]");

    private EnvironmentVariables() {}

    static Set<String> known() {
        try {
            Set<String> known = new HashSet<>();
            OF_PARLEY
                    .matcher(Files.readString(Path.of("docs", "configuration.md")))
                    .results()
                    .forEach(name -> known.add(name.group(1)));
            for (URL model :
                    Collections.list(
                            EnvironmentVariables.class.getClassLoader().getResources(MODEL))) {
                try (InputStream json = model.openStream()) {
                    addRunTimeVariables(new ObjectMapper().readTree(json), known);
                }
            }
            return known;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void addRunTimeVariables(JsonNode node, Set<String> known) {
        if (node.path("phase").asText().equals("RUN_TIME")) {
            known.add(node.at("/path/environmentVariable").asText());
        }
        node.forEach(child -> addRunTimeVariables(child, known));
    }
}
