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

/** Looks at everything that serving stands on. */
@Command(
        name = "check",
        description = {
            "Looks at the configuration, the database, its migrations, the clocks and the model's"
                    + " endpoint.",
            "Ends with 0 where all is well, and with 1 where something is not."
        })
public final class CheckCommand implements Callable<Integer> {

    private static final String MIGRATE_AT_START = "parley.database.migrate-at-start";

    private static final Map<String, String> TOUCHING_NOTHING =
            Map.of(
                    MIGRATE_AT_START,
                    "false",
                    // What is wrong is told by the findings
                    "quarkus.log.console.level",
                    "OFF");

    @Spec CommandSpec spec;
    @Mixin OutputOptions printing;

    @Override
    public Integer call() {
        List<CheckResult> findings = new ArrayList<>();
        try {
            boolean serveMigrates =
                    ConfigUtils.configBuilder()
                            .build()
                            .getOptionalValue(MIGRATE_AT_START, Boolean.class)
                            .orElse(true);
            LocalCommandRunner.run(
                    TOUCHING_NOTHING,
                    desk -> {
                        findings.add(
                                CheckResult.right(
                                        "configuration", "every setting has a value that fits"));
                        findings.addAll(desk.checkUp().findings(serveMigrates));
                        return ExitCode.OK;
                    });
        } catch (Exception failure) {
            findings.add(
                    CheckResult.wrong(
                            findings.isEmpty() ? "configuration" : "check",
                            FailureReason.of(failure)));
        }
        tell(findings);
        return findings.stream().allMatch(CheckResult::isRight) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void tell(List<CheckResult> findings) {
        PrintWriter out = spec.commandLine().getOut();
        if (printing.json) {
            out.println(json(findings));
            return;
        }
        findings.forEach(finding ->
                out.printf(
                        "%s %-14s %s%n",
                        finding.status().sign(), finding.name(), finding.message()));
    }

    private static ObjectNode json(List<CheckResult> findings) {
        ObjectNode told =
                JsonOutput.object().put("ok", findings.stream().allMatch(CheckResult::isRight));
        ArrayNode checks = told.putArray("checks");
        findings.forEach(finding ->
                checks.addObject()
                        .put("name", finding.name())
                        .put("mark", finding.status().name().toLowerCase(Locale.ROOT))
                        .put("told", finding.message()));
        return told;
    }
}
