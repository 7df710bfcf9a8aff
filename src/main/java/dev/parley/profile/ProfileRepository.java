package dev.parley.profile;

import dev.parley.agent.UserContext;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All profiles. */
@ApplicationScoped
public class ProfileRepository implements PanacheRepositoryBase<Profile, UUID> {

    /**
     * Holds a user's profile until the transaction ends, so that two wishes at once are counted one
     * after the other.
     */
    public void lock(UserId user) {
        getSession()
                .createMutationQuery(
                        """
                        insert into Profile as held (userId) values (:user)
                        on conflict (userId) do update set temperature = held.temperature
                        """)
                .setParameter("user", user.value())
                .executeUpdate();
    }

    void setTemperature(UserId user, @Nullable Double temperature) {
        getSession()
                .createMutationQuery(
                        """
                        insert into Profile (userId, temperature) values (:user, :temperature)
                        on conflict (userId) do update set temperature = excluded.temperature
                        """)
                .setParameter("user", user.value())
                .setParameter("temperature", temperature)
                .executeUpdate();
    }

    /** What agents are told of users; nobody is in it who has told nothing. */
    Map<UserId, UserContext> userContexts(List<UserId> users) {
        Map<UserId, UserContext> known = new HashMap<>();
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        select user_id, temperature, array_agg(key) filter (where key is not null),
                            array_agg(value) filter (where key is not null)
                        from profiles left join preferences using (user_id) where user_id = any(?)
                        group by user_id
                        """)
                .uuids(users, UserId::value)
                .query(row ->
                        known.put(new UserId(row.getObject(1, UUID.class)), acquaintance(row)));
        return known;
    }

    private static UserContext acquaintance(ResultSet row) throws SQLException {
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
        return new UserContext(wished, preferences);
    }
}
