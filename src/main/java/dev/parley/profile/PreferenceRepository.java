package dev.parley.profile;

import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** The preferences that agents remember about users. */
@ApplicationScoped
class PreferenceRepository
        implements PanacheRepositoryBase<StoredPreference, StoredPreference.Key> {

    /** Lists a user's preferences in the order of their keys. */
    List<Preference> find(UserId user, String after, int limit) {
        return find(
                        "key.userId = ?1 and key.name > ?2",
                        Sort.ascending("key.name"),
                        user.value(),
                        after)
                .page(0, limit)
                .stream()
                .map(StoredPreference::view)
                .toList();
    }

    Optional<Preference> find(UserId user, String key) {
        return findByIdOptional(new StoredPreference.Key(user.value(), key))
                .map(StoredPreference::view);
    }

    /**
     * Inserts or replaces a preference. The caller has locked the user's profile: without the lock,
     * two preferences added at the same time could exceed the limit.
     *
     * @return false if the user has {@link ProfileLimits#PREFERENCES} other preferences
     */
    boolean put(UserId user, Preference preference) {
        if (count("key.userId = ?1 and key.name <> ?2", user.value(), preference.key())
                >= ProfileLimits.PREFERENCES) {
            return false;
        }
        getSession()
                .createMutationQuery(
                        """
                        insert into StoredPreference (key.userId, key.name, value, updatedAt)
                        values (:user, :name, :value, :now)
                        on conflict (key.userId, key.name) do update
                            set value = excluded.value, updatedAt = excluded.updatedAt
                        """)
                .setParameter("user", user.value())
                .setParameter("name", preference.key())
                .setParameter("value", preference.value())
                .setParameter("now", preference.updatedAt())
                .executeUpdate();
        return true;
    }

    /**
     * Deletes by a statement: unlike {@code deleteById}, the statement does not fail if another
     * transaction deletes the row first.
     */
    boolean delete(UserId user, String key) {
        return delete("key.userId = ?1 and key.name = ?2", user.value(), key) == 1;
    }
}
