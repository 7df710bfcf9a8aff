package dev.parley.cli.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.cli.terminal.FailureReason;
import dev.parley.cli.terminal.JsonOutput;
import dev.parley.cli.terminal.OutputOptions;
import io.quarkus.runtime.configuration.ConfigUtils;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks everything that the server needs. */
@Command(
        name = "check",
        description = {
            "Checks the configuration, the database, its migrations, the clocks and the model's"
                    + " endpoint.",
            "Exits with 0 if every check passes, otherwise with 1."
        })
public final class CheckCommand implements Callable<Integer> {

    private static final String MIGRATE_AT_START = "parley.database.migrate-at-start";

    private static final Map<String, String> READ_ONLY =
            Map.of(
                    MIGRATE_AT_START,
                    "false",
                    // The check results report every failure
                    "quarkus.log.console.level",
                    "OFF");

    @Spec CommandSpec spec;
    @Mixin OutputOptions output;

    @Override
    public Integer call() {
        List<CheckResult> results = new ArrayList<>();
        try {
            boolean migratesAtStart =
                    ConfigUtils.configBuilder()
                            .build()
                            .getOptionalValue(MIGRATE_AT_START, Boolean.class)
                            .orElse(true);
            LocalCommandRunner.run(
                    READ_ONLY,
                    services -> {
                        results.add(CheckResult.ok("configuration", "every setting is valid"));
                        results.addAll(services.systemCheck().run(migratesAtStart));
                        return ExitCode.OK;
                    });
        } catch (Exception failure) {
            results.add(
                    CheckResult.failed(
                            results.isEmpty() ? "configuration" : "check",
                            FailureReason.of(failure)));
        }
        print(results);
        return results.stream().allMatch(CheckResult::isOk) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(List<CheckResult> results) {
        PrintWriter out = spec.commandLine().getOut();
        if (output.json) {
            out.println(json(results));
            return;
        }
        results.forEach(result ->
                out.printf(
                        "%s %-14s %s%n", result.status().sign(), result.name(), result.message()));
    }

    private static ObjectNode json(List<CheckResult> results) {
        ObjectNode object =
                JsonOutput.object().put("ok", results.stream().allMatch(CheckResult::isOk));
        ArrayNode checks = object.putArray("checks");
        results.forEach(result ->
                checks.addObject()
                        .put("name", result.name())
                        .put("status", result.status().name().toLowerCase(Locale.ROOT))
                        .put("message", result.message()));
        return object;
    }
}
