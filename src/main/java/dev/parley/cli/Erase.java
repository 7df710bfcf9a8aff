package dev.parley.cli;

import dev.parley.account.AccountView;
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
final class Erase implements Callable<Integer> {

    @Spec CommandSpec spec;

    @Parameters(paramLabel = "NAME")
    String username;

    @Option(names = "--yes", description = "Do not ask.")
    boolean sure;

    @Mixin Printing printing;

    @Override
    public Integer call() throws Exception {
        if (!sure) {
            requireConfirmed();
        }
        return Errands.run(desk -> {
            AccountView account = desk.account(username);
            desk.eraseUser().erase(account.id());
            printing.print(
                    spec,
                    Json.object()
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
                        .orElseThrow(
                                () -> new Refused("There is no terminal to ask at; say --yes."))
                        .readLine(
                                "Everything of %s's will be gone. Type the name to go on: ",
                                username);
        if (!username.equals(typed)) {
            throw new Refused("Nothing was erased.");
        }
    }
}
