package dev.parley.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.account.AccountAdministration;
import dev.parley.account.AccountView;
import dev.parley.account.InvitationService.NewInvitation;
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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Administers accounts, for an operator. */
@Command(
        name = "user",
        description = "Adds, changes and lists users.",
        subcommands = {
            UserCommand.Add.class,
            UserCommand.Passwd.class,
            UserCommand.Promote.class,
            UserCommand.Disable.class,
            UserCommand.Enable.class,
            UserCommand.Logout.class,
            UserCommand.Invite.class,
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
            description =
                    "Adds a user. Asks for the password at a terminal, otherwise reads it from"
                            + " standard input.")
    static final class Add implements Callable<Integer> {

        @Spec CommandSpec spec;

        @Parameters(paramLabel = "NAME", description = "3 to 50 letters, digits, dots, dashes.")
        String username;

        @Option(
                names = "--email",
                paramLabel = "ADDRESS",
                description = "The user's email address.")
        @Nullable String email;

        @Option(names = "--admin", description = "Make the user an administrator.")
        boolean isAdmin;

        @Mixin PasswordPrompt passwordPrompt;
        @Mixin OutputOptions output;

        @Override
        public Integer call() throws Exception {
            String password = passwordPrompt.chosen();
            return LocalCommandRunner.run(services -> {
                services.requireValid(new NewUser(username, email, password));
                AccountView added =
                        services.accountAdministration()
                                .add(username, Optional.ofNullable(email), password, isAdmin);
                output.print(
                        spec,
                        json(added),
                        "%s was added%s."
                                .formatted(
                                        added.username(), isAdmin ? " as an administrator" : ""));
                return ExitCode.OK;
            });
        }
    }

    /** {@code user passwd}. */
    @Command(
            name = "passwd",
            description = "Sets a new password for a user and revokes all tokens of the user.")
    static final class Passwd implements Callable<Integer> {

        @Spec CommandSpec spec;

        @Parameters(paramLabel = "NAME")
        String username;

        @Mixin PasswordPrompt passwordPrompt;
        @Mixin OutputOptions output;

        @Override
        public Integer call() throws Exception {
            String password = passwordPrompt.chosen();
            return LocalCommandRunner.run(services -> {
                services.requireValid(new Secret(password));
                AccountView changed =
                        services.accountAdministration().setPassword(username, password);
                output.print(
                        spec,
                        json(changed),
                        "%s has a new password.".formatted(changed.username()));
                return ExitCode.OK;
            });
        }
    }

    /** {@code user promote}. */
    @Command(name = "promote", description = "Makes a user an administrator.")
    static final class Promote extends AccountChange {

        Promote() {
            super(AccountAdministration::promote, "%s is an administrator now.");
        }
    }

    /** {@code user disable}. */
    @Command(
            name = "disable",
            description = "Disables a user: no login, no valid token, no running turn. Data stay.")
    static final class Disable extends AccountChange {

        Disable() {
            super(AccountAdministration::disable, "%s is disabled.");
        }
    }

    /** {@code user enable}. */
    @Command(name = "enable", description = "Enables a disabled user.")
    static final class Enable extends AccountChange {

        Enable() {
            super(AccountAdministration::enable, "%s is enabled.");
        }
    }

    /** {@code user logout}. */
    @Command(name = "logout", description = "Ends all tokens of a user.")
    static final class Logout extends AccountChange {

        Logout() {
            super(AccountAdministration::endTokens, "The tokens of %s have ended.");
        }
    }

    /** A change of one account that needs nothing but the user's name. */
    abstract static class AccountChange implements Callable<Integer> {

        private final BiFunction<AccountAdministration, UserId, AccountView> change;
        private final String message;

        @Spec CommandSpec spec;

        @Parameters(paramLabel = "NAME")
        String username;

        @Mixin OutputOptions output;

        /**
         * @param message says what was done; {@code %s} is the name
         */
        AccountChange(
                BiFunction<AccountAdministration, UserId, AccountView> change, String message) {
            this.change = change;
            this.message = message;
        }

        @Override
        public Integer call() throws Exception {
            return LocalCommandRunner.run(services -> {
                UserId user = services.account(username).id();
                AccountView changed = change.apply(services.accountAdministration(), user);
                output.print(spec, json(changed), message.formatted(changed.username()));
                return ExitCode.OK;
            });
        }
    }

    /** {@code user invite}. */
    @Command(
            name = "invite",
            description =
                    "Makes an invitation for one registration, and prints its code. For"
                            + " parley.auth.registration=invited.")
    static final class Invite implements Callable<Integer> {

        private static final int MAX_DAYS = 90;

        @Spec CommandSpec spec;

        @Option(
                names = "--days",
                paramLabel = "DAYS",
                defaultValue = "7",
                description = "Days until it expires, 1 to 90; ${DEFAULT-VALUE} by default.")
        int days;

        @Mixin OutputOptions output;

        @Override
        public Integer call() throws Exception {
            if (days < 1 || days > MAX_DAYS) {
                throw new ParameterException(spec.commandLine(), "--days must be 1 to 90");
            }
            return LocalCommandRunner.run(services -> {
                NewInvitation created = services.invitations().create(Duration.ofDays(days));
                output.print(
                        spec,
                        JsonOutput.object()
                                .put("id", created.invitation().id().toString())
                                .put("code", created.code())
                                .put("expires_at", created.invitation().expiresAt().toString()),
                        created.code());
                return ExitCode.OK;
            });
        }
    }

    /** {@code user list}. */
    @Command(name = "list", description = "Lists all users, newest first.")
    static final class ListAll implements Callable<Integer> {

        private static final int PAGE_SIZE = 100;

        @Spec CommandSpec spec;
        @Mixin OutputOptions output;

        @Override
        public Integer call() throws Exception {
            return LocalCommandRunner.run(services -> {
                PrintWriter out = spec.commandLine().getOut();
                Optional<UserId> before = Optional.empty();
                List<AccountView> page;
                do {
                    page = services.accountQueries().list(before, PAGE_SIZE);
                    page.forEach(account -> output.print(spec, json(account), line(account)));
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
                            String.join(",", account.roles())
                                    + (account.isDisabled() ? " (disabled)" : ""),
                            account.createdAt(),
                            account.email() == null ? "" : account.email())
                    .stripTrailing();
        }
    }

    /** The account in the JSON shape of the HTTP API. */
    private static ObjectNode json(AccountView account) {
        ObjectNode object =
                JsonOutput.object()
                        .put("id", account.id().toString())
                        .put("username", account.username())
                        .put("created_at", account.createdAt().toString());
        if (account.email() != null) {
            object.put("email", account.email());
        }
        account.roles().forEach(object.putArray("roles")::add);
        object.put("disabled", account.isDisabled());
        return object;
    }

    /** The constraints of a new account; the same as in the HTTP API. */
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

    /** The constraints of a password. */
    record Secret(@ValidPassword String password) {

        /** Without the password. */
        @Override
        public String toString() {
            return "Secret";
        }
    }
}
