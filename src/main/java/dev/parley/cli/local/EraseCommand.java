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

/** Forgets a user. */
@Command(
        name = "erase",
        description = "Erases a user and everything of theirs, or nothing. It cannot be undone.")
public final class EraseCommand implements Callable<Integer> {

    @Spec CommandSpec spec;

    @Parameters(paramLabel = "NAME")
    String username;

    @Option(names = "--yes", description = "Do not ask.")
    boolean sure;

    @Mixin OutputOptions printing;

    @Override
    public Integer call() throws Exception {
        if (!sure) {
            requireConfirmed();
        }
        return LocalCommandRunner.run(desk -> {
            AccountView account = desk.account(username);
            desk.eraseUser().erase(account.id());
            printing.print(
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
                                new CommandFailed("There is no terminal to ask at; say --yes."))
                        .readLine(
                                "Everything of %s's will be gone. Type the name to go on: ",
                                username);
        if (!username.equals(typed)) {
            throw new CommandFailed("Nothing was erased.");
        }
    }
}
