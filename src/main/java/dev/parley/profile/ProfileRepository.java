package dev.parley.profile;

import dev.parley.agent.UserContext;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.database.sql.RowQuery;
import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
public class ProfileRepository implements PanacheRepositoryBase<Profile, UUID> {

    /**
     * Creates a user's profile if it does not exist, and locks its row until the transaction ends.
     * The lock makes concurrent additions count one after the other.
     */
    public void lock(UserId user) {
        getSession()
                .createMutationQuery(
                        """
                        insert into Profile as existing (userId) values (:user)
                        on conflict (userId) do update set temperature = existing.temperature
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

    /** What agents learn about users. A user without a profile is missing from the map. */
    RowQuery<Map.Entry<UserId, UserContext>> userContexts(List<UserId> users) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        select user_id, temperature, array_agg(key) filter (where key is not null),
                            array_agg(value) filter (where key is not null)
                        from profiles left join preferences using (user_id) where user_id = any(?)
                        group by user_id
                        """)
                .uuids(users, UserId::value)
                .reading(row ->
                        Map.entry(new UserId(row.getObject(1, UUID.class)), userContext(row)));
    }

    private static UserContext userContext(ResultSet row) throws SQLException {
        double temperature = row.getDouble(2);
        OptionalDouble optionalTemperature =
                row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(temperature);
        Map<String, String> preferences = new TreeMap<>();
        Array keys = row.getArray(3);
        if (keys != null) {
            String[] names = (String[]) keys.getArray();
            String[] values = (String[]) row.getArray(4).getArray();
            for (int i = 0; i < names.length; i++) {
                preferences.put(names[i], values[i]);
            }
        }
        return new UserContext(optionalTemperature, preferences);
    }
}
