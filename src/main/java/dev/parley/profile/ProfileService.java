package dev.parley.profile;

import dev.parley.agent.UserContext;
import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What an agent remembers of a user, and how it is to speak; each call is one short transaction.
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

    /** What agents are told of users; part of the transaction that opens their turns. */
    @Transactional(TxType.MANDATORY)
    public Map<UserId, UserContext> userContexts(Collection<UserId> users) {
        return users.isEmpty() ? Map.of() : profiles.userContexts(List.copyOf(users));
    }

    public OptionalDouble temperature(UserId user) {
        @Nullable Profile profile = profiles.findById(user.value());
        return profile == null || profile.temperature == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(profile.temperature);
    }

    /**
     * @param temperature 0 to 2; empty is the model's own
     */
    public void setTemperature(UserId user, Optional<Double> temperature) {
        profiles.setTemperature(user, temperature.orElse(null));
    }

    /**
     * In the order of their keys.
     *
     * @param after only those behind this key
     */
    public List<Preference> preferences(UserId user, Optional<String> after, int most) {
        return preferences.of(user, after.orElse(""), most);
    }

    /**
     * @throws ProfileEntryNotFound where there is none of that key
     */
    public Preference preference(UserId user, String key) {
        return preferences
                .of(user, key)
                .orElseThrow(() -> new ProfileEntryNotFound("preference", key));
    }

    /**
     * Remembers something, in place of what was remembered under the key.
     *
     * @throws ProfileLimitExceeded where there are {@link ProfileLimits#PREFERENCES} others
     */
    public Preference put(UserId user, String key, String value) {
        Preference wanted = new Preference(key, value, clock.instant());
        profiles.lock(user);
        if (!preferences.put(user, wanted)) {
            throw new ProfileLimitExceeded("preferences", ProfileLimits.PREFERENCES);
        }
        return wanted;
    }

    /**
     * @throws ProfileEntryNotFound where there is none of that key
     */
    public void delete(UserId user, String key) {
        if (!preferences.forget(user, key)) {
            throw new ProfileEntryNotFound("preference", key);
        }
    }
}
