package dev.parley.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.account.AccountView;
import dev.parley.api.validation.Storable;
import dev.parley.api.validation.ValidPassword;
import dev.parley.api.validation.ValidUsername;
import dev.parley.cli.terminal.JsonOutput;
import dev.parley.cli.terminal.OutputOptions;
import dev.parley.cli.terminal.PasswordPrompt;
import dev.parley.platform.identity.UserId;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Size;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Who may come in, as an operator has it. */
@Command(
        name = "user",
        description = "Adds users, changes and lists them.",
        subcommands = {
            UserCommand.Add.class,
            UserCommand.Passwd.class,
            UserCommand.Promote.class,
            UserCommand.ListAll.class
        })
public final class UserCommand implements Callable<Integer> {

    @Spec CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** {@code user add}. */
    @Command(
            name = "add",
            description = "Adds a user. The password is asked for, or read from the input.")
    static final class Add implements Callable<Integer> {

        @Spec CommandSpec spec;

        @Parameters(paramLabel = "NAME", description = "3 to 50 letters, digits, dots, dashes.")
        String username;

        @Option(names = "--email", paramLabel = "ADDRESS", description = "Where to write to.")
        @Nullable String email;

        @Option(names = "--admin", description = "The user may administer.")
        boolean administers;

        @Mixin PasswordPrompt passwords;
        @Mixin OutputOptions printing;

        @Override
        public Integer call() throws Exception {
            String password = passwords.chosen();
            return LocalCommandRunner.run(desk -> {
                desk.requireValid(new NewUser(username, email, password));
                AccountView added =
                        desk.keepAccounts()
                                .add(username, Optional.ofNullable(email), password, administers);
                printing.print(
                        spec,
                        json(added),
                        "%s was added%s."
                                .formatted(
                                        added.username(),
                                        administers ? " and may administer" : ""));
                return ExitCode.OK;
            });
        }
    }

    /** {@code user passwd}. */
    @Command(
            name = "passwd",
            description = "Gives a user a new password. All their tokens end with the old one.")
    static final class Passwd implements Callable<Integer> {

        @Spec CommandSpec spec;

        @Parameters(paramLabel = "NAME")
        String username;

        @Mixin PasswordPrompt passwords;
        @Mixin OutputOptions printing;

        @Override
        public Integer call() throws Exception {
            String password = passwords.chosen();
            return LocalCommandRunner.run(desk -> {
                desk.requireValid(new Secret(password));
                AccountView changed = desk.keepAccounts().setPassword(username, password);
                printing.print(
                        spec,
                        json(changed),
                        "%s has a new password.".formatted(changed.username()));
                return ExitCode.OK;
            });
        }
    }

    /** {@code user promote}. */
    @Command(name = "promote", description = "Lets a user administer.")
    static final class Promote implements Callable<Integer> {

        @Spec CommandSpec spec;

        @Parameters(paramLabel = "NAME")
        String username;

        @Mixin OutputOptions printing;

        @Override
        public Integer call() throws Exception {
            return LocalCommandRunner.run(desk -> {
                AccountView promoted = desk.keepAccounts().promote(username);
                printing.print(
                        spec, json(promoted), "%s may administer.".formatted(promoted.username()));
                return ExitCode.OK;
            });
        }
    }

    /** {@code user list}. */
    @Command(name = "list", description = "Lists all users, newest first.")
    static final class ListAll implements Callable<Integer> {

        private static final int PAGE_SIZE = 100;

        @Spec CommandSpec spec;
        @Mixin OutputOptions printing;

        @Override
        public Integer call() throws Exception {
            return LocalCommandRunner.run(desk -> {
                PrintWriter out = spec.commandLine().getOut();
                Optional<UserId> before = Optional.empty();
                List<AccountView> page;
                do {
                    page = desk.readAccount().list(before, PAGE_SIZE);
                    page.forEach(account -> printing.print(spec, json(account), line(account)));
                    out.flush();
                    before = page.isEmpty() ? before : Optional.of(page.getLast().id());
                } while (page.size() == PAGE_SIZE && !out.checkError());
                return ExitCode.OK;
            });
        }

        private static String line(AccountView account) {
            return "%s  %-24s  %-10s  %s  %s"
                    .formatted(
                            account.id(),
                            account.username(),
                            String.join(",", account.roles()),
                            account.createdAt(),
                            account.email() == null ? "" : account.email())
                    .stripTrailing();
        }
    }

    /** As the API tells it. */
    private static ObjectNode json(AccountView account) {
        ObjectNode told =
                JsonOutput.object()
                        .put("id", account.id().toString())
                        .put("username", account.username())
                        .put("created_at", account.createdAt().toString());
        if (account.email() != null) {
            told.put("email", account.email());
        }
        account.roles().forEach(told.putArray("roles")::add);
        return told;
    }

    /** What a new account has to be like; the HTTP API demands the same. */
    record NewUser(
            @ValidUsername String username,
            @Email @Storable @Size(min = 1, max = 254) @Nullable String email,
            @ValidPassword String password) {

        /** Without the password. */
        @Override
        public String toString() {
            return "NewUser[" + username + "]";
        }
    }

    /** What a password has to be like. */
    record Secret(@ValidPassword String password) {

        /** Without it. */
        @Override
        public String toString() {
            return "Secret";
        }
    }
}
