package dev.parley.profile;

import dev.parley.agent.Acquaintance;
import dev.parley.database.PlainSql;
import dev.parley.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All profiles, and the preferences in them. */
@ApplicationScoped
class Profiles implements PanacheRepositoryBase<Profile, UUID> {

    /**
     * Holds a user's profile until the transaction ends, so that two wishes at once are counted one
     * after the other.
     */
    void hold(UserId user) {
        PlainSql.of(
                        getEntityManager(),
                        """
                        insert into profiles (user_id) values (?)
                        on conflict (user_id) do update set user_id = excluded.user_id
                        """)
                .value(user.value())
                .execute();
    }

    void setTemperature(UserId user, @Nullable Double temperature) {
        getEntityManager()
                .createNativeQuery(
                        """
                        insert into profiles (user_id, temperature) values (:user, cast(:temperature as double precision))
                        on conflict (user_id) do update set temperature = excluded.temperature
                        """)
                .setParameter("user", user.value())
                .setParameter("temperature", temperature)
                .executeUpdate();
    }

    /** What agents are told of users; nobody is in it who has told nothing. */
    Map<UserId, Acquaintance> acquaintances(List<UserId> users) {
        Map<UserId, Acquaintance> known = new HashMap<>();
        PlainSql.of(
                        getEntityManager(),
                        """
                        select user_id, temperature, array_agg(key) filter (where key is not null),
                            array_agg(value) filter (where key is not null)
                        from profiles left join preferences using (user_id) where user_id = any(?)
                        group by user_id
                        """)
                .uuids(users, UserId::value)
                .list(row ->
                        known.put(new UserId(row.getObject(1, UUID.class)), acquaintance(row)));
        return known;
    }

    private static Acquaintance acquaintance(ResultSet row) throws SQLException {
        double temperature = row.getDouble(2);
        OptionalDouble wished =
                row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(temperature);
        Map<String, String> preferences = new TreeMap<>();
        Array keys = row.getArray(3);
        if (keys != null) {
            String[] named = (String[]) keys.getArray();
            String[] values = (String[]) row.getArray(4).getArray();
            for (int i = 0; i < named.length; i++) {
                preferences.put(named[i], values[i]);
            }
        }
        return new Acquaintance(wished, preferences);
    }

    /** In the order of their keys. */
    List<Preference> preferences(UserId user, String after, int most) {
        return PlainSql.of(
                        getEntityManager(),
                        """
                        select key, value, updated_at from preferences where user_id = ? and key > ?
                        order by key limit ?
                        """)
                .value(user.value())
                .value(after)
                .value(most)
                .list(Profiles::preference);
    }

    Optional<Preference> preference(UserId user, String key) {
        return PlainSql.of(
                        getEntityManager(),
                        """
                        select key, value, updated_at from preferences where user_id = ? and key = ?
                        """)
                .value(user.value())
                .value(key)
                .list(Profiles::preference)
                .stream()
                .findFirst();
    }

    private static Preference preference(ResultSet row) throws SQLException {
        return new Preference(row.getString(1), row.getString(2), row.getTimestamp(3).toInstant());
    }

    /**
     * @return whether there was room for it
     */
    boolean put(UserId user, Preference wanted) {
        return PlainSql.of(
                                getEntityManager(),
                                """
                                insert into preferences (user_id, key, value, updated_at)
                                select those.user_id, those.key, ?, ? from (values (?, ?)) as those (user_id, key)
                                where exists (select from preferences kept where kept.user_id = those.user_id and kept.key = those.key)
                                    or (select count(*) from preferences kept where kept.user_id = those.user_id) < ?
                                on conflict (user_id, key) do update set value = excluded.value, updated_at = excluded.updated_at
                                """)
                        .value(wanted.value())
                        .value(wanted.updatedAt())
                        .value(user.value())
                        .value(wanted.key())
                        .value(ProfileLimits.PREFERENCES)
                        .execute()
                == 1;
    }

    boolean forget(UserId user, String key) {
        return PlainSql.of(
                                getEntityManager(),
                                "delete from preferences where user_id = ? and key = ?")
                        .value(user.value())
                        .value(key)
                        .execute()
                == 1;
    }
}
