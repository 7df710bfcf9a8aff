package dev.parley.account;

import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.database.sql.RowQuery;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Locks accounts for transactions that write rows of many users. Each such row refers to its
 * account, so PostgreSQL would wait for an account that is being erased, for up to minutes, and all
 * users of the transaction with it.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class AccountLocks {

    private final EntityManager database;

    AccountLocks(EntityManager database) {
        this.database = database;
    }

    /**
     * Keeps accounts from being erased until the transaction ends, and waits for no lock. The lock
     * is the lock of a foreign key: it does not conflict with itself, nor with changes of the
     * account.
     *
     * @return by user whose account could not be locked: the reason, for the user
     */
    public Map<UserId, ParleyException> lock(Collection<UserId> users) {
        return reasons(users, locking(users).rows());
    }

    /** The same as a query, which returns the users whose accounts are locked now. */
    public RowQuery<UserId> locking(Collection<UserId> users) {
        return finding(
                "select id from accounts where id = any(?) for key share skip locked", users);
    }

    /**
     * @param locked what {@link #locking} has returned for these users
     * @return by user whose account could not be locked: the reason, for the user
     */
    public Map<UserId, ParleyException> reasons(
            Collection<UserId> users, Collection<UserId> locked) {
        Set<UserId> unlocked = new HashSet<>(users);
        unlocked.removeAll(Set.copyOf(locked));
        if (unlocked.isEmpty()) {
            return Map.of();
        }
        Set<UserId> existing =
                Set.copyOf(finding("select id from accounts where id = any(?)", unlocked).rows());
        Map<UserId, ParleyException> reasons = new HashMap<>();
        unlocked.forEach(user ->
                reasons.put(
                        user,
                        existing.contains(user)
                                ? new ParleyException(
                                        ProblemCode.OVERLOADED, "The account is being erased.")
                                : new ParleyException(
                                        ProblemCode.UNAUTHENTICATED,
                                        "The account was erased during the request.")));
        return reasons;
    }

    private RowQuery<UserId> finding(String select, Collection<UserId> users) {
        return JdbcStatement.of(database, select)
                .uuids(List.copyOf(users), UserId::value)
                .reading(row -> new UserId(row.getObject(1, UUID.class)));
    }
}
