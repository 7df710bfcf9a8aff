package dev.parley.account;

import dev.parley.platform.identity.Roles;
import dev.parley.platform.jobs.ProcessMode;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;

/** Creates the administrator at the first start, if the configuration names an administrator. */
@ApplicationScoped
class AdminBootstrap {

    private final AdminConfig config;
    private final AccountService accounts;
    private final PasswordHasher passwords;
    private final ProcessMode mode;

    AdminBootstrap(
            AdminConfig config,
            AccountService accounts,
            PasswordHasher passwords,
            ProcessMode mode) {
        this.mode = mode;
        this.config = config;
        this.accounts = accounts;
        this.passwords = passwords;
    }

    void onStart(@Observes StartupEvent start) {
        if (mode.isServing()) {
            createConfiguredAdmin();
        }
    }

    private void createConfiguredAdmin() {
        if (config.username().isPresent() != config.password().isPresent()) {
            throw new IllegalStateException(
                    "Set both parley.admin.username and parley.admin.password, or neither");
        }
        config.username()
                .flatMap(accounts::credentials)
                .filter(credentials -> !credentials.caller().roles().contains(Roles.ADMIN))
                .ifPresent(credentials ->
                        Log.warnf(
                                "parley.admin.username is %s, an existing user who is no"
                                        + " administrator; set another name",
                                credentials.caller().username()));
        config.username()
                .filter(username -> accounts.credentials(username).isEmpty())
                .ifPresent(username -> create(username, config.password().orElseThrow()));
    }

    private void create(String username, String password) {
        try {
            accounts.add(
                    username,
                    Optional.empty(),
                    passwords.hash(password),
                    List.of(Roles.USER, Roles.ADMIN));
            Log.infof("Created the administrator %s", username);
        } catch (AccountAlreadyExists failure) {
            Log.infof("Another replica created the administrator %s", username);
        }
    }
}
