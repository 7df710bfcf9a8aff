package dev.parley.account;

import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.Roles;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.identity.UserLookup;
import io.quarkus.security.AuthenticationFailedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and adds accounts, each in one short transaction. */
@ApplicationScoped
@Transactional
public class AccountService implements UserLookup {

    private static final int MAX_NAME_ATTEMPTS = 3;

    private final AccountRepository accounts;
    private final InvitationService invitations;
    private final Clock clock;

    AccountService(AccountRepository accounts, InvitationService invitations, Clock clock) {
        this.accounts = accounts;
        this.invitations = invitations;
        this.clock = clock;
    }

    public AccountView add(
            String username, Optional<String> email, String passwordHash, List<String> roles) {
        UserId id = UserId.next();
        if (!accounts.add(id, username, email, passwordHash, roles, clock.instant())) {
            throw new AccountAlreadyExists();
        }
        return accounts.findById(id.value()).view();
    }

    /**
     * Adds an account, and uses up the invitation in the same transaction.
     *
     * @throws InvitationRequired if the invitation is not open
     * @throws AccountAlreadyExists if the name or the address is taken; the invitation stays open
     */
    AccountView addInvited(Registration registration, String passwordHash) {
        invitations.use(registration.invitation());
        return addRegistered(registration, passwordHash);
    }

    AccountView addRegistered(Registration registration, String passwordHash) {
        return add(
                registration.username(),
                Optional.of(registration.email()),
                passwordHash,
                List.of(Roles.USER));
    }

    public Optional<Credentials> credentials(String username) {
        return accounts.findByName(username).map(AccountService::credentials);
    }

    Optional<AccountView> read(UserId id) {
        return accounts.findByIdOptional(id.value()).map(Account::view);
    }

    @Override
    public boolean exists(UserId user) {
        return accounts.findByIdOptional(user.value()).isPresent();
    }

    public Optional<Credentials> credentials(UserId id) {
        return accounts.findByIdOptional(id.value()).map(AccountService::credentials);
    }

    Optional<AccountView> named(String username) {
        return accounts.findByName(username).map(Account::view);
    }

    List<AccountView> list(Optional<UserId> before, int limit) {
        return accounts.list(before.orElse(null), limit).stream().map(Account::view).toList();
    }

    /**
     * Applies an update.
     *
     * @param verifiedVersion the version of the password that was verified
     * @return empty if the password was changed in the meantime, or the account does not exist
     */
    Optional<AccountView> update(
            UserId id, AccountUpdate update, Optional<String> passwordHash, int verifiedVersion) {
        Optional<Account> account =
                accounts.lockById(id)
                        .filter(locked ->
                                passwordHash.isEmpty()
                                        || locked.passwordVersion == verifiedVersion);
        account.ifPresent(locked -> locked.apply(update, passwordHash));
        // A name that is taken must fail here and not at the commit
        accounts.flush();
        return account.map(Account::view);
    }

    /**
     * Replaces the password without a check of the old password.
     *
     * @throws AccountNotFound if no account has this name
     * @throws NoPassword if the account has no password
     */
    AccountView replacePassword(String username, String passwordHash) {
        Account account = lockRequired(username);
        if (account.passwordHash == null) {
            throw new NoPassword(account.username);
        }
        account.replacePassword(passwordHash);
        return account.view();
    }

    /**
     * @throws AccountNotFound if there is no such account
     */
    AccountView promote(UserId user) {
        Account account = lockRequired(user);
        account.promote();
        return account.view();
    }

    /**
     * Disables or enables an account. Disabling ends all tokens of the account.
     *
     * @throws AccountNotFound if there is no such account
     * @throws LastAdmin if no other administrator is enabled
     */
    AccountView setDisabled(UserId id, boolean isDisabled) {
        if (isDisabled && accounts.lockAdmins().equals(Set.of(id))) {
            throw new LastAdmin();
        }
        Account account = lockRequired(id);
        if (isDisabled) {
            account.disable(clock.instant());
        } else {
            account.enable();
        }
        return account.view();
    }

    /**
     * Ends all tokens that Parley has issued for an account.
     *
     * @throws AccountNotFound if there is no such account
     */
    AccountView endTokens(UserId id) {
        Account account = lockRequired(id);
        account.endTokens();
        return account.view();
    }

    private Account lockRequired(UserId id) {
        return accounts.lockById(id).orElseThrow(() -> new AccountNotFound(id.toString()));
    }

    private Account lockRequired(String username) {
        return accounts.lockByName(username).orElseThrow(() -> new AccountNotFound(username));
    }

    /** The account of a user of an external issuer; created at the first request of the user. */
    public Caller findOrCreateExternal(String issuer, String subject, String preferredName) {
        for (int attempt = 0; attempt < MAX_NAME_ATTEMPTS; attempt++) {
            Optional<Account> existing = accounts.findExternal(issuer, subject);
            if (existing.isPresent()) {
                return callerOf(existing.get());
            }
            UserId id = UserId.next();
            String name = attempt == 0 ? preferredName : preferredName + "-" + suffix(id);
            accounts.addExternal(id, name, issuer, subject, clock.instant());
        }
        return accounts.findExternal(issuer, subject)
                .map(AccountService::callerOf)
                .orElseThrow(() ->
                        new IllegalStateException(
                                "No free username for a new account of an external issuer"));
    }

    private static Caller callerOf(Account account) {
        if (account.disabledAt != null) {
            throw new AuthenticationFailedException("The account is disabled");
        }
        return account.caller();
    }

    private static String suffix(UserId id) {
        String text = id.toString();
        return text.substring(text.length() - 6);
    }

    private static Credentials credentials(Account account) {
        return new Credentials(
                account.caller(),
                account.passwordHash,
                account.passwordVersion,
                account.disabledAt != null);
    }

    /** What a login is checked against. */
    public record Credentials(
            Caller caller,
            @Nullable String passwordHash,
            int passwordVersion,
            boolean isDisabled) {}
}
