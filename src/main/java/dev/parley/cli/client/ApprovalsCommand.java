package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.JsonOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The tool calls that wait for a decision. */
@Command(
        name = "approvals",
        description = {
            "Lists the tool calls that wait for an approval, and approves or denies them.",
            "Without a command, lists them."
        },
        footer = {
            "",
            "Environment: PARLEY_SERVER, PARLEY_USER, PARLEY_TOKEN (instead of signing in)."
        },
        synopsisSubcommandLabel = "[COMMAND]")
public final class ApprovalsCommand implements Callable<Integer> {

    private static final String TURN = "The id of the turn.";
    private static final String STEP = "The step of the turn, such as 1 or 2.1.";
    private static final Pattern STEPS = Pattern.compile("[0-9.]{1,40}");

    @Spec CommandSpec spec;

    @Mixin ServerOptions server;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Prints JSON, one object per line.")
    boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (ParleyClient client = server.signedIn()) {
            @Nullable String cursor = null;
            do {
                JsonNode page = client.openApprovals(cursor);
                for (JsonNode approval : page.path("data")) {
                    out.println(json ? approval.toString() : line(approval));
                }
                cursor = page.path("next_cursor").textValue();
            } while (cursor != null);
        }
        return ExitCode.OK;
    }

    private static String line(JsonNode approval) {
        return ChatScreen.visible(
                "%s %s  %s  (until %s)"
                        .formatted(
                                approval.path("turn_id").asText(),
                                approval.path("step").asText(),
                                approval.path("summary").asText(),
                                approval.path("expires_at").asText()));
    }

    private int decide(UUID turn, String step, Decision decision)
            throws IOException, InterruptedException {
        if (!STEPS.matcher(step).matches()) {
            throw new CommandFailed(
                    "%s is not a step. Write for example 1 or 2.1.".formatted(step));
        }
        try (ParleyClient client = server.signedIn()) {
            Decision.Outcome outcome = client.decide(turn.toString(), step, decision);
            String sentence = outcome.sentence(decision);
            if (outcome != Decision.Outcome.ACCEPTED) {
                throw new CommandFailed(sentence);
            }
            ObjectNode result =
                    JsonOutput.object()
                            .put("turn_id", turn.toString())
                            .put("step", step)
                            .put("decision", decision.action());
            spec.commandLine().getOut().println(json ? result.toString() : sentence);
        }
        return ExitCode.OK;
    }

    @Command(name = "list", description = "Lists the tool calls that wait, the oldest first.")
    int list() throws IOException, InterruptedException {
        return call();
    }

    @Command(name = "approve", description = "Approves a tool call: the call runs once.")
    int approve(
            @Parameters(paramLabel = "TURN", description = TURN) UUID turn,
            @Parameters(paramLabel = "STEP", description = STEP) String step,
            @Option(
                            names = "--arguments",
                            paramLabel = "JSON",
                            description = "Arguments that replace all arguments of the call.")
                    @Nullable String arguments)
            throws IOException, InterruptedException {
        @Nullable JsonNode edited = arguments == null ? null : JsonOutput.arguments(arguments);
        return decide(turn, step, new Decision.Approve(edited));
    }

    @Command(
            name = "deny",
            description = "Denies a tool call: the turn goes on, and the agent gets the reason.")
    int deny(
            @Parameters(paramLabel = "TURN", description = TURN) UUID turn,
            @Parameters(paramLabel = "STEP", description = STEP) String step,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            defaultValue = "",
                            description = "The reason for the agent.")
                    String reason)
            throws IOException, InterruptedException {
        return decide(turn, step, new Decision.Deny(reason));
    }
}
