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

    Optional<Account> named(String username) {
        return find("lower(username) = lower(?1)", username).firstResultOptional();
    }

    /** What each request is asked for, by the account's id. */
    public Map<UUID, Known> known(List<TokenSubject> bearers) {
        return JdbcStatement.of(
                        getEntityManager(),
                        "select id, username, roles, password_version from accounts where id ="
                                + " any(?)")
                .uuids(bearers, bearer -> bearer.id().value())
                .query(row ->
                        new Known(
                                new Caller(
                                        new UserId(row.getObject(1, UUID.class)),
                                        row.getString(2),
                                        Set.of((String[]) row.getArray(3).getArray())),
                                row.getInt(4)))
                .stream()
                .collect(Collectors.toMap(known -> known.caller().id().value(), known -> known));
    }

    /** Newest first. */
    List<Account> list(@Nullable UserId before, int most) {
        return before == null
                ? findAll(NEWEST_FIRST).page(0, most).list()
                : find("id < ?1", NEWEST_FIRST, before.value()).page(0, most).list();
    }

    /** Holds the row until the transaction ends. */
    Optional<Account> locked(UserId id) {
        return findByIdOptional(id.value(), LockModeType.PESSIMISTIC_WRITE);
    }

    /** Holds the row until the transaction ends. */
    Optional<Account> lockedNamed(String username) {
        return find("lower(username) = lower(?1)", username)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }

    /** Holds the administrators' accounts, so that no two go at once, and tells who they are. */
    Set<UserId> lockedAdmins() {
        return find("array_contains(roles, ?1)", Sort.ascending("id"), Roles.ADMIN)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .stream()
                .map(account -> new UserId(account.id))
                .collect(Collectors.toUnmodifiableSet());
    }

    Optional<Account> of(String issuer, String subject) {
        return find("issuer = ?1 and subject = ?2", issuer, subject).firstResultOptional();
    }

    /**
     * Adds an account that signs in with a password.
     *
     * @return whether its name and its address were free
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

    /** Adds an account that an external issuer vouches for, unless it, or its name, is there. */
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

    /** An account that is there. */
    public record Known(Caller caller, int passwordVersion) {}
}
