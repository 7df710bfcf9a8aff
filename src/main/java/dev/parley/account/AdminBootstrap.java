package dev.parley.account;

import dev.parley.platform.identity.Roles;
import dev.parley.platform.jobs.ProcessMode;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;

/** Makes the administrator at the first start, where the configuration names one. */
@ApplicationScoped
class AdminBootstrap {

    private final AdminConfig config;
    private final AccountService accounts;
    private final PasswordHasher passwords;
    private final ProcessMode duty;

    AdminBootstrap(
            AdminConfig config,
            AccountService accounts,
            PasswordHasher passwords,
            ProcessMode duty) {
        this.duty = duty;
        this.config = config;
        this.accounts = accounts;
        this.passwords = passwords;
    }

    void onStart(@Observes StartupEvent start) {
        if (duty.isServing()) {
            makeWhereNamed();
        }
    }

    private void makeWhereNamed() {
        if (config.username().isPresent() != config.password().isPresent()) {
            throw new IllegalStateException(
                    "parley.admin.username and parley.admin.password go together: set both or"
                            + " none");
        }
        config.username()
                .flatMap(accounts::credentials)
                .filter(known -> !known.caller().roles().contains(Roles.ADMIN))
                .ifPresent(known ->
                        Log.warnf(
                                "parley.admin.username names %s, who has an account already and is"
                                        + " no administrator; name somebody else",
                                known.caller().username()));
        config.username()
                .filter(username -> accounts.credentials(username).isEmpty())
                .ifPresent(username -> make(username, config.password().orElseThrow()));
    }

    private void make(String username, String password) {
        try {
            accounts.add(
                    username,
                    Optional.empty(),
                    passwords.hash(password),
                    List.of(Roles.USER, Roles.ADMIN));
            Log.infof("The administrator %s was made", username);
        } catch (AccountAlreadyExists failure) {
            Log.infof("The administrator %s was made by another replica", username);
        }
    }
}
