package dev.parley.account.token;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.function.Supplier;

/** Stores the signing key that all replicas share. */
@ApplicationScoped
public class SigningKeyRepository implements PanacheRepositoryBase<SigningKey, Integer> {

    private final Clock clock;

    SigningKeyRepository(Clock clock) {
        this.clock = clock;
    }

    /**
     * The stored key, or a new key if no key is stored. If two replicas start at the same time,
     * only one key is stored, and both replicas read this key.
     *
     * @return PEM
     */
    @Transactional
    public String getOrCreate(Supplier<String> newKey) {
        SigningKey existing = findById(SigningKey.ONLY_ID);
        if (existing != null) {
            return existing.privateKey;
        }
        getSession()
                .createMutationQuery(
                        """
                        insert into SigningKey (id, privateKey, createdAt) values (:id, :key, :now)
                        on conflict (id) do nothing
                        """)
                .setParameter("id", SigningKey.ONLY_ID)
                .setParameter("key", newKey.get())
                .setParameter("now", clock.instant())
                .executeUpdate();
        return findById(SigningKey.ONLY_ID).privateKey;
    }
}
