package dev.parley.account;

import dev.parley.account.AccountConfig.RegistrationMode;
import dev.parley.platform.jobs.ProcessMode;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;

/** Registers accounts. */
@ApplicationScoped
public class RegistrationService {

    private final AccountService accounts;
    private final PasswordHasher passwords;
    private final ProcessMode process;
    private final RegistrationMode mode;

    RegistrationService(
            AccountService accounts,
            PasswordHasher passwords,
            AccountConfig config,
            ProcessMode process) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.process = process;
        this.mode =
                config.registration()
                        .orElse(
                                config.oidc().issuer().isPresent()
                                        ? RegistrationMode.CLOSED
                                        : RegistrationMode.OPEN);
    }

    void onStart(@Observes StartupEvent start) {
        if (process.isServing()) {
            Log.infof(
                    "Registration is %s (parley.auth.registration: open, closed or invited)",
                    mode.name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Registers an account. The password is hashed before the transaction begins, so that no
     * database connection is in use during the slow hashing.
     *
     * @throws RegistrationClosed if nobody may register
     * @throws InvitationRequired if the registration has no valid invitation and needs one
     * @throws AccountAlreadyExists if the name or the address is taken, ignoring case; then the
     *     invitation is still valid
     * @throws TooManyLogins if too many passwords wait to be hashed
     */
    public AccountView register(Registration registration) {
        requireOpen(registration);
        String hash = passwords.hash(registration.password());
        return mode == RegistrationMode.INVITED
                ? accounts.addInvited(registration, hash)
                : accounts.addRegistered(registration, hash);
    }

    /** Whether everybody may register, without an invitation. */
    public boolean isOpen() {
        return mode == RegistrationMode.OPEN;
    }

    /** Before the password is hashed, which is slow. */
    private void requireOpen(Registration registration) {
        if (mode == RegistrationMode.CLOSED) {
            throw new RegistrationClosed();
        }
        if (mode == RegistrationMode.INVITED && registration.invitation().isEmpty()) {
            throw new InvitationRequired();
        }
    }
}
