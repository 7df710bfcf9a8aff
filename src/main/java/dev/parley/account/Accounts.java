package dev.parley.account;

import dev.parley.database.PlainSql;
import dev.parley.identity.Caller;
import dev.parley.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
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
class Accounts implements PanacheRepositoryBase<Account, UUID> {

    private static final Sort NEWEST_FIRST = Sort.descending("id");

    Optional<Account> named(String username) {
        return find("lower(username) = lower(?1)", username).firstResultOptional();
    }

    /** What each request is asked for, by the account's id. */
    Map<UUID, Known> known(List<Bearer> bearers) {
        return PlainSql.of(
                        getEntityManager(),
                        "select id, username, roles, password_version from accounts where id ="
                                + " any(?)")
                .uuids(bearers, bearer -> bearer.id().value())
                .list(row ->
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

    /**
     * Changes what is given. A new password ends all tokens that were given for the old one.
     *
     * @param fromPassword the version that the password has to have still
     * @return whether the account was there, with that password
     */
    boolean change(UserId id, AccountChange change, @Nullable String hash, int fromPassword) {
        return PlainSql.of(
                                getEntityManager(),
                                """
                                update accounts set username = coalesce(?, username), email = coalesce(?, email),
                                    password_hash = coalesce(?, password_hash),
                                    password_version = password_version + case when ? then 1 else 0 end
                                where id = ? and (not ? or password_version = ?)
                                """)
                        .text(change.username().orElse(null))
                        .text(change.email().orElse(null))
                        .text(hash)
                        .value(hash != null)
                        .value(id.value())
                        .value(hash != null)
                        .value(fromPassword)
                        .execute()
                == 1;
    }

    /** Ends all tokens that were given for the old password. */
    void replacePassword(UUID id, String hash) {
        PlainSql.of(
                        getEntityManager(),
                        "update accounts set password_hash = ?, password_version ="
                                + " password_version + 1 where id = ?")
                .text(hash)
                .value(id)
                .execute();
    }

    /** Makes it an administrator's, where it is none yet. */
    void promote(UUID id) {
        PlainSql.of(
                        getEntityManager(),
                        "update accounts set roles = roles || '{admin}'::text[] where id = ? and"
                                + " not 'admin' = any (roles)")
                .value(id)
                .execute();
    }

    /** As the statements of this transaction have left it. */
    Account readAnew(Account account) {
        getEntityManager().refresh(account);
        return account;
    }

    /** Holds the administrators' accounts, so that no two go at once, and tells who they are. */
    Set<UserId> heldAdmins() {
        return Set.copyOf(
                PlainSql.of(
                                getEntityManager(),
                                """
                                select id from accounts where 'admin' = any (roles) order by id for no key update
                                """)
                        .list(row -> new UserId(row.getObject(1, UUID.class))));
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
        int added =
                getEntityManager()
                        .createNativeQuery(
                                """
                                insert into accounts (id, username, email, password_hash, roles, created_at)
                                values (:id, :username, cast(:email as text), :hash, string_to_array(:roles, ','), :now)
                                on conflict do nothing
                                """)
                        .setParameter("id", id.value())
                        .setParameter("username", username)
                        .setParameter("email", email.orElse(null))
                        .setParameter("hash", passwordHash)
                        .setParameter("roles", String.join(",", roles))
                        .setParameter("now", now)
                        .executeUpdate();
        return added == 1;
    }

    /**
     * Adds an account that an external issuer vouches for.
     *
     * @return whether it, and its name, were not there already
     */
    boolean addExternal(UserId id, String username, String issuer, String subject, Instant now) {
        int added =
                getEntityManager()
                        .createNativeQuery(
                                """
                                insert into accounts (id, username, issuer, subject, created_at)
                                values (:id, :username, :issuer, :subject, :now)
                                on conflict do nothing
                                """)
                        .setParameter("id", id.value())
                        .setParameter("username", username)
                        .setParameter("issuer", issuer)
                        .setParameter("subject", subject)
                        .setParameter("now", now)
                        .executeUpdate();
        return added == 1;
    }

    /** An account that is there. */
    record Known(Caller caller, int passwordVersion) {}
}
