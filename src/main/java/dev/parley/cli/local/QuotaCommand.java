package dev.parley.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.account.AccountView;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.JsonOutput;
import dev.parley.cli.terminal.OutputOptions;
import dev.parley.quota.QuotaStatus;
import dev.parley.quota.UnknownPlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** How much users may still use, as an operator has it. */
@Command(
        name = "quota",
        description = "Shows what a user has used, and puts users on plans.",
        subcommands = {QuotaCommand.Show.class, QuotaCommand.SetPlan.class})
public final class QuotaCommand implements Callable<Integer> {

    @Spec CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** {@code quota show}. */
    @Command(name = "show", description = "Shows a user's plan and what they have used this month.")
    static final class Show implements Callable<Integer> {

        @Spec CommandSpec spec;

        @Parameters(paramLabel = "NAME")
        String username;

        @Mixin OutputOptions printing;

        @Override
        public Integer call() throws Exception {
            return LocalCommandRunner.run(desk -> {
                tell(desk, spec, printing, desk.account(username));
                return ExitCode.OK;
            });
        }
    }

    /** {@code quota set}. */
    @Command(name = "set", description = "Puts a user on a plan, from the next query on.")
    static final class SetPlan implements Callable<Integer> {

        @Spec CommandSpec spec;

        @Parameters(index = "0", paramLabel = "NAME")
        String username;

        @Parameters(
                index = "1",
                paramLabel = "PLAN",
                description = "One of the configuration's: parley.quota.plans.")
        String plan;

        @Mixin OutputOptions printing;

        @Override
        public Integer call() throws Exception {
            return LocalCommandRunner.run(desk -> {
                AccountView account = desk.account(username);
                try {
                    desk.quota().assignPlan(account.id(), plan);
                } catch (UnknownPlan failure) {
                    throw new CommandFailed(
                            "There is no plan %s; there are %s."
                                    .formatted(plan, String.join(", ", failure.known())));
                }
                tell(desk, spec, printing, account);
                return ExitCode.OK;
            });
        }
    }

    private static void tell(
            CommandServices desk, CommandSpec spec, OutputOptions printing, AccountView account) {
        QuotaStatus status = desk.quota().of(account.id());
        ObjectNode json =
                JsonOutput.object()
                        .put("username", account.username())
                        .put("plan", status.plan().name())
                        .put("used", status.used())
                        .put("limit", status.limit())
                        .put("remaining", status.remaining())
                        .put("resets_at", status.resetsAt().toString());
        printing.print(
                spec,
                json,
                "%s is on the plan %s: %d of %d used, %d left until %s."
                        .formatted(
                                account.username(),
                                status.plan().name(),
                                status.used(),
                                status.limit(),
                                status.remaining(),
                                status.resetsAt()));
    }
}
