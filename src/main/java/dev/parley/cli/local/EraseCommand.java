package dev.parley.cli.local;

import dev.parley.account.AccountView;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.JsonOutput;
import dev.parley.cli.terminal.OutputOptions;
import dev.parley.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Erases a user. */
@Command(name = "erase", description = "Erases a user with all data. This cannot be undone.")
public final class EraseCommand implements Callable<Integer> {

    @Spec CommandSpec spec;

    @Parameters(paramLabel = "NAME")
    String username;

    @Option(names = "--yes", description = "Do not ask for confirmation.")
    boolean confirmed;

    @Mixin OutputOptions output;

    @Override
    public Integer call() throws Exception {
        if (!confirmed) {
            requireConfirmed();
        }
        return LocalCommandRunner.run(services -> {
            AccountView account = services.account(username);
            services.eraseUser().erase(account.id());
            output.print(
                    spec,
                    JsonOutput.object()
                            .put("id", account.id().toString())
                            .put("username", account.username())
                            .put("erased", true),
                    "%s was erased.".formatted(account.username()));
            return ExitCode.OK;
        });
    }

    private void requireConfirmed() {
        String typed =
                Terminal.console()
                        .orElseThrow(() ->
                                new CommandFailed(
                                        "There is no terminal to ask for confirmation; use --yes."))
                        .readLine(
                                "All data of %s will be erased. Type the name to continue: ",
                                username);
        if (!username.equals(typed)) {
            throw new CommandFailed("Nothing was erased.");
        }
    }
}
