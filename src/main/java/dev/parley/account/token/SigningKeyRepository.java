package dev.parley.account.token;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.function.Supplier;

/** The signing key in the database. */
@ApplicationScoped
public class SigningKeyRepository implements PanacheRepositoryBase<SigningKey, Integer> {

    private final Clock clock;

    SigningKeyRepository(Clock clock) {
        this.clock = clock;
    }

    /**
     * The key that is stored, or else a new one. Of two first starts that race, one's key is
     * stored, and both read it.
     *
     * @return PEM
     */
    @Transactional
    public String getOrCreate(Supplier<String> newKey) {
        SigningKey known = findById(SigningKey.ONLY);
        if (known != null) {
            return known.privateKey;
        }
        getSession()
                .createMutationQuery(
                        """
                        insert into SigningKey (id, privateKey, createdAt) values (:id, :key, :now)
                        on conflict (id) do nothing
                        """)
                .setParameter("id", SigningKey.ONLY)
                .setParameter("key", newKey.get())
                .setParameter("now", clock.instant())
                .executeUpdate();
        return findById(SigningKey.ONLY).privateKey;
    }
}
