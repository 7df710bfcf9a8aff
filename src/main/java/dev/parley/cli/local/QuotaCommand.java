package dev.parley.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.account.AccountView;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.JsonOutput;
import dev.parley.cli.terminal.OutputOptions;
import dev.parley.quota.Money;
import dev.parley.quota.Plan;
import dev.parley.quota.QuotaOverview;
import dev.parley.quota.QuotaStatus;
import dev.parley.quota.Spending;
import dev.parley.quota.UnknownPlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows and changes users' quotas, for an operator. */
@Command(
        name = "quota",
        description = "Shows a user's quota and assigns plans.",
        subcommands = {QuotaCommand.Show.class, QuotaCommand.SetPlan.class})
public final class QuotaCommand implements Callable<Integer> {

    @Spec CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** {@code quota show}. */
    @Command(name = "show", description = "Shows a user's plan and usage of this month.")
    static final class Show implements Callable<Integer> {

        @Spec CommandSpec spec;

        @Parameters(paramLabel = "NAME")
        String username;

        @Mixin OutputOptions output;

        @Override
        public Integer call() throws Exception {
            return LocalCommandRunner.run(services -> {
                print(services, spec, output, services.account(username));
                return ExitCode.OK;
            });
        }
    }

    /** {@code quota set}. */
    @Command(name = "set", description = "Assigns a plan to a user, effective from the next query.")
    static final class SetPlan implements Callable<Integer> {

        @Spec CommandSpec spec;

        @Parameters(index = "0", paramLabel = "NAME")
        String username;

        @Parameters(
                index = "1",
                paramLabel = "PLAN",
                description = "A plan in the configuration (parley.quota.plans).")
        String plan;

        @Mixin OutputOptions output;

        @Override
        public Integer call() throws Exception {
            return LocalCommandRunner.run(services -> {
                AccountView account = services.account(username);
                try {
                    services.quota().assignPlan(account.id(), plan);
                } catch (UnknownPlan failure) {
                    throw new CommandFailed(
                            "There is no plan %s. Configured plans: %s."
                                    .formatted(plan, String.join(", ", failure.known())));
                }
                print(services, spec, output, account);
                return ExitCode.OK;
            });
        }
    }

    private static void print(
            CommandServices services, CommandSpec spec, OutputOptions output, AccountView account) {
        QuotaOverview quota = services.quota().overview(account.id());
        QuotaStatus status = quota.status();
        ObjectNode json =
                JsonOutput.object()
                        .put("username", account.username())
                        .put("plan", status.plan().name())
                        .put("used", status.used())
                        .put("limit", status.limit())
                        .put("remaining", status.remaining())
                        .put("resets_at", status.resetsAt().toString())
                        .put("tokens", status.spent().tokens())
                        .put("cost", Money.of(status.spent().cost()))
                        .put("currency", quota.currency());
        output.print(
                spec,
                json,
                "%s is on the plan %s: %d of %d used, %d left until %s."
                                .formatted(
                                        account.username(),
                                        status.plan().name(),
                                        status.used(),
                                        status.limit(),
                                        status.remaining(),
                                        status.resetsAt())
                        + spending(quota));
    }

    /** The tokens and their cost, once there are some. */
    private static String spending(QuotaOverview quota) {
        QuotaStatus status = quota.status();
        Plan plan = status.plan();
        if (status.spent().equals(Spending.NONE)) {
            return "";
        }
        return "\n%d%s tokens used, for %s%s %s."
                .formatted(
                        status.spent().tokens(),
                        plan.tokenLimit().isPresent() ? " of " + plan.tokenLimit().getAsLong() : "",
                        Money.of(status.spent().cost()).toPlainString(),
                        plan.costLimit().isPresent()
                                ? " of " + Money.of(plan.costLimit().getAsLong()).toPlainString()
                                : "",
                        quota.currency());
    }
}
