package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.testing.InProcess;
import dev.parley.testing.Manifests;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard and the alerts speak of metrics and labels that there are. */
@ParleyTest
// What is missing in a manifest fails as it should, as a null
@SuppressWarnings("NullAway")
class MetricNamesTest {

    private static final Pattern METRIC =
            Pattern.compile(
                    "((?:parley|agroal|http|jvm|process|gen_ai_client|gen_ai_invoke_agent|gen_ai_execute_tool)"
                        + "_[a-z0-9_]+)(\\{[^}]*})?");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern GROUPED = Pattern.compile("by \\(([a-z_, ]+)\\)");
    private static final Pattern LINE =
            // An exemplar may follow the value
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*?)})? [^ ]+(?: # .*)?");

    /** What Prometheus adds by itself. */
    private static final Set<String> OF_THE_TARGET = Set.of("namespace", "pod");

    @TestHTTPResource(management = true)
    URI management;

    @Test
    void dashboardAndAlertsNameMetricsThatThereAre() throws IOException {
        Person person = Person.registered();
        person.says("add buy milk", "assistant");
        person.says(ModelStub.ERROR_500, "assistant");
        person.gets("/api/nothing");
        Map<String, Set<String>> told = told();
        Set<String> unknown = new TreeSet<>();

        List<String> expressions = expressions();
        for (String expression : expressions) {
            Set<String> labels = new HashSet<>();
            Matcher metric = METRIC.matcher(expression);
            while (metric.find()) {
                Set<String> known = told.get(metric.group(1));
                if (known == null) {
                    unknown.add(metric.group(1));
                    continue;
                }
                labels.addAll(known);
                Matcher label = LABEL.matcher(String.valueOf(metric.group(2)));
                while (label.find()) {
                    if (!known.contains(label.group(1))
                            && !OF_THE_TARGET.contains(label.group(1))) {
                        unknown.add(metric.group(1) + "{" + label.group(1) + "}");
                    }
                }
            }
            Matcher grouped = GROUPED.matcher(expression);
            while (grouped.find()) {
                for (String label : grouped.group(1).split(", ", -1)) {
                    if (!labels.contains(label) && !OF_THE_TARGET.contains(label)) {
                        unknown.add(expression + " by " + label);
                    }
                }
            }
        }

        assertThat(expressions).hasSizeGreaterThan(30);
        assertThat(unknown).isEmpty();
    }

    private static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        JsonNode dashboard =
                new ObjectMapper()
                        .readTree(
                                Files.readString(
                                        Path.of("k8s/overlays/monitoring/dashboard.json")));
        dashboard.findValuesAsText("expr").forEach(expressions::add);
        Map<String, Object> rules =
                Manifests.rendered("overlays/monitoring").custom("PrometheusRule").getFirst();
        for (Object group : (List<?>) Manifests.map(rules.get("spec")).get("groups")) {
            for (Object rule : (List<?>) Manifests.map(group).get("rules")) {
                expressions.add(String.valueOf(Manifests.map(rule).get("expr")));
                assertThat(Manifests.map(Manifests.map(rule).get("annotations")))
                        .containsKeys("summary", "description");
            }
        }
        return expressions;
    }

    /** Each metric with its labels. */
    private Map<String, Set<String>> told() {
        Map<String, Set<String>> told = new HashMap<>();
        Person.send(
                        HttpRequest.newBuilder(
                                        InProcess.management(management).resolve("/q/metrics"))
                                .build())
                .body()
                .lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .forEach(line -> {
                    Set<String> labels =
                            told.computeIfAbsent(line.group(1), name -> new HashSet<>());
                    Matcher label = LABEL.matcher(String.valueOf(line.group(2)));
                    while (label.find()) {
                        labels.add(label.group(1));
                    }
                });
        return told;
    }
}
