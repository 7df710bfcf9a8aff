package dev.parley.account;

import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.Roles;
import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All accounts. */
@ApplicationScoped
public class AccountRepository implements PanacheRepositoryBase<Account, UUID> {

    private static final Sort NEWEST_FIRST = Sort.descending("id");

    Optional<Account> findByName(String username) {
        return find("lower(username) = lower(?1)", username).firstResultOptional();
    }

    /** What every request needs of its account, by the id of the account; no disabled accounts. */
    public Map<UUID, Known> findEnabledAndCommit(List<UserId> users) {
        return JdbcStatement.of(
                        getEntityManager(),
                        "select id, username, roles, password_version from accounts where id ="
                                + " any(?) and disabled_at is null")
                .uuids(users, UserId::value)
                .thenEndReading()
                .query(row ->
                        new Known(
                                new Caller(
                                        new UserId(row.getObject(1, UUID.class)),
                                        row.getString(2),
                                        Set.of((String[]) row.getArray(3).getArray())),
                                row.getInt(4)))
                .stream()
                .collect(
                        Collectors.toMap(
                                account -> account.caller().id().value(), account -> account));
    }

    /** Accounts, the newest first. */
    List<Account> list(@Nullable UserId before, int limit) {
        return before == null
                ? findAll(NEWEST_FIRST).page(0, limit).list()
                : find("id < ?1", NEWEST_FIRST, before.value()).page(0, limit).list();
    }

    /** Locks the row until the transaction ends. */
    Optional<Account> lockById(UserId id) {
        return findByIdOptional(id.value(), LockModeType.PESSIMISTIC_WRITE);
    }

    /** Locks the row until the transaction ends. */
    Optional<Account> lockByName(String username) {
        return find("lower(username) = lower(?1)", username)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }

    /**
     * Locks and returns all administrators who are not disabled, so that no two are deleted or
     * disabled at the same time.
     */
    Set<UserId> lockAdmins() {
        return find(
                        "array_contains(roles, ?1) and disabledAt is null",
                        Sort.ascending("id"),
                        Roles.ADMIN)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .stream()
                .map(account -> new UserId(account.id))
                .collect(Collectors.toUnmodifiableSet());
    }

    Optional<Account> findExternal(String issuer, String subject) {
        return find("issuer = ?1 and subject = ?2", issuer, subject).firstResultOptional();
    }

    /**
     * Adds an account that logs in with a password.
     *
     * @return false if the name or the address is taken
     */
    boolean add(
            UserId id,
            String username,
            Optional<String> email,
            String passwordHash,
            List<String> roles,
            Instant now) {
        return getSession()
                        .createMutationQuery(
                                """
                                insert into Account (id, username, email, passwordHash, roles, createdAt)
                                values (:id, :username, :email, :hash, :roles, :now) on conflict do nothing
                                """)
                        .setParameter("id", id.value())
                        .setParameter("username", username)
                        .setParameter("email", email.orElse(null))
                        .setParameter("hash", passwordHash)
                        .setParameter("roles", roles.toArray(String[]::new))
                        .setParameter("now", now)
                        .executeUpdate()
                == 1;
    }

    /** Adds an account of an external issuer, unless the account or its name exists. */
    void addExternal(UserId id, String username, String issuer, String subject, Instant now) {
        getSession()
                .createMutationQuery(
                        """
                        insert into Account (id, username, issuer, subject, createdAt)
                        values (:id, :username, :issuer, :subject, :now) on conflict do nothing
                        """)
                .setParameter("id", id.value())
                .setParameter("username", username)
                .setParameter("issuer", issuer)
                .setParameter("subject", subject)
                .setParameter("now", now)
                .executeUpdate();
    }

    /** What every request needs of its account. */
    public record Known(Caller caller, int passwordVersion) {}
}
