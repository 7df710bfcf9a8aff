package dev.parley.profile;

import dev.parley.agent.UserContext;
import dev.parley.platform.database.sql.RowQuery;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.LimitReached;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What agents remember about a user, and the temperature of the model that answers. Each call is
 * one short transaction.
 */
@ApplicationScoped
@Transactional
public class ProfileService {

    private final ProfileRepository profiles;
    private final PreferenceRepository preferences;
    private final Clock clock;

    ProfileService(ProfileRepository profiles, PreferenceRepository preferences, Clock clock) {
        this.profiles = profiles;
        this.preferences = preferences;
        this.clock = clock;
    }

    /**
     * What agents learn about users. Joins the transaction that opens the turns of the users. A
     * user without a profile is missing from the map.
     */
    @Transactional(TxType.MANDATORY)
    public Map<UserId, UserContext> userContexts(Collection<UserId> users) {
        return users.isEmpty()
                ? Map.of()
                : byUser(profiles.userContexts(List.copyOf(users)).rows());
    }

    /** The same as a query. */
    @Transactional(TxType.MANDATORY)
    public RowQuery<Map.Entry<UserId, UserContext>> readingUserContexts(Collection<UserId> users) {
        return profiles.userContexts(List.copyOf(users));
    }

    /** What {@link #readingUserContexts} has returned, by user. */
    public static Map<UserId, UserContext> byUser(List<Map.Entry<UserId, UserContext>> contexts) {
        return contexts.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    public OptionalDouble temperature(UserId user) {
        @Nullable Profile profile = profiles.findById(user.value());
        return profile == null || profile.temperature == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(profile.temperature);
    }

    /**
     * @param temperature 0 to 2; empty for the model's default
     */
    public void setTemperature(UserId user, Optional<Double> temperature) {
        profiles.setTemperature(user, temperature.orElse(null));
    }

    /**
     * Lists the user's preferences in the order of their keys.
     *
     * @param after only preferences with a greater key
     */
    public List<Preference> preferences(UserId user, Optional<String> after, int limit) {
        return preferences.find(user, after.orElse(""), limit);
    }

    /**
     * @throws ProfileEntryNotFound if the user has no preference with this key
     */
    public Preference preference(UserId user, String key) {
        return preferences
                .find(user, key)
                .orElseThrow(() -> new ProfileEntryNotFound("preference", key));
    }

    /**
     * Stores a preference and replaces the previous value of the key.
     *
     * @throws LimitReached if the user has {@link ProfileLimits#PREFERENCES} other preferences
     */
    public Preference put(UserId user, String key, String value) {
        Preference preference = new Preference(key, value, clock.instant());
        profiles.lock(user);
        if (!preferences.put(user, preference)) {
            throw new LimitReached("preferences", ProfileLimits.PREFERENCES);
        }
        return preference;
    }

    /**
     * @throws ProfileEntryNotFound if the user has no preference with this key
     */
    public void delete(UserId user, String key) {
        if (!preferences.delete(user, key)) {
            throw new ProfileEntryNotFound("preference", key);
        }
    }
}
