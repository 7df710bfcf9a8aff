package dev.parley.account;

import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and adds accounts, each in one short transaction. */
@ApplicationScoped
@Transactional
public class AccountService {

    private static final int NAME_TRIES = 3;

    private final AccountRepository accounts;
    private final Clock clock;

    AccountService(AccountRepository accounts, Clock clock) {
        this.accounts = accounts;
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

    public Optional<Credentials> credentials(String username) {
        return accounts.named(username).map(AccountService::credentials);
    }

    Optional<AccountView> read(UserId id) {
        return accounts.findByIdOptional(id.value()).map(Account::view);
    }

    Optional<Credentials> credentials(UserId id) {
        return accounts.findByIdOptional(id.value()).map(AccountService::credentials);
    }

    Optional<AccountView> named(String username) {
        return accounts.named(username).map(Account::view);
    }

    List<AccountView> list(Optional<UserId> before, int most) {
        return accounts.list(before.orElse(null), most).stream().map(Account::view).toList();
    }

    /**
     * @param fromPassword the version of the password that was shown
     * @return empty where it has another by now, or there is no such account
     */
    Optional<AccountView> change(
            UserId id, AccountUpdate change, Optional<String> passwordHash, int fromPassword) {
        Optional<Account> account =
                accounts.locked(id)
                        .filter(known ->
                                passwordHash.isEmpty() || known.passwordVersion == fromPassword);
        account.ifPresent(known -> known.change(change, passwordHash));
        // A name that is somebody else's is to be told of here, and not by the commit
        accounts.flush();
        return account.map(Account::view);
    }

    /**
     * Without looking at the old one.
     *
     * @throws AccountNotFound where there is no such account
     * @throws NoPassword where it has none
     */
    AccountView replacePassword(String username, String passwordHash) {
        Account account = required(username);
        if (account.passwordHash == null) {
            throw new NoPassword(account.username);
        }
        account.replacePassword(passwordHash);
        return account.view();
    }

    /**
     * @throws AccountNotFound where there is no such account
     */
    AccountView promote(String username) {
        Account account = required(username);
        account.promote();
        return account.view();
    }

    private Account required(String username) {
        return accounts.lockedNamed(username).orElseThrow(() -> new AccountNotFound(username));
    }

    /** The account of somebody whom an external issuer vouches for; added when it is first seen. */
    public Caller findOrCreateExternal(String issuer, String subject, String preferredName) {
        for (int tries = 0; tries < NAME_TRIES; tries++) {
            Optional<Account> known = accounts.of(issuer, subject);
            if (known.isPresent()) {
                return known.get().caller();
            }
            UserId id = UserId.next();
            String name = tries == 0 ? preferredName : preferredName + "-" + suffix(id);
            accounts.addExternal(id, name, issuer, subject, clock.instant());
        }
        return accounts.of(issuer, subject)
                .map(Account::caller)
                .orElseThrow(() -> new IllegalStateException("No free name for a new account"));
    }

    private static String suffix(UserId id) {
        String text = id.toString();
        return text.substring(text.length() - 6);
    }

    private static Credentials credentials(Account account) {
        return new Credentials(account.caller(), account.passwordHash, account.passwordVersion);
    }

    /** What a sign-in is compared with. */
    public record Credentials(Caller caller, @Nullable String passwordHash, int passwordVersion) {}
}
