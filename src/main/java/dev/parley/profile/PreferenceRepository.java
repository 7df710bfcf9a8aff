package dev.parley.profile;

import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** What agents remember of users. */
@ApplicationScoped
class PreferenceRepository
        implements PanacheRepositoryBase<StoredPreference, StoredPreference.Key> {

    /** In the order of their keys. */
    List<Preference> of(UserId user, String after, int most) {
        return find(
                        "key.userId = ?1 and key.name > ?2",
                        Sort.ascending("key.name"),
                        user.value(),
                        after)
                .page(0, most)
                .stream()
                .map(StoredPreference::view)
                .toList();
    }

    Optional<Preference> of(UserId user, String key) {
        return findByIdOptional(new StoredPreference.Key(user.value(), key))
                .map(StoredPreference::view);
    }

    /**
     * Counts the others of a user whose profile is held, so that no two preferences take one place.
     *
     * @return whether there was room for it
     */
    boolean put(UserId user, Preference wanted) {
        if (count("key.userId = ?1 and key.name <> ?2", user.value(), wanted.key())
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
                .setParameter("name", wanted.key())
                .setParameter("value", wanted.value())
                .setParameter("now", wanted.updatedAt())
                .executeUpdate();
        return true;
    }

    /** A statement, for which a row that has just gone is no failure. */
    boolean forget(UserId user, String key) {
        return delete("key.userId = ?1 and key.name = ?2", user.value(), key) == 1;
    }
}
