package dev.parley.account;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The invitations that were not used yet. */
@ApplicationScoped
class InvitationRepository implements PanacheRepositoryBase<Invitation, UUID> {

    private static final Sort NEWEST_FIRST = Sort.descending("id");

    List<Invitation> list(Optional<UUID> before, int limit) {
        return before.map(id -> find("id < ?1", NEWEST_FIRST, id))
                .orElseGet(() -> findAll(NEWEST_FIRST))
                .page(0, limit)
                .list();
    }

    /** Deletes the invitation; false if there is none, or another registration was faster. */
    boolean use(byte[] codeHash, Instant now) {
        return delete("codeHash = ?1 and expiresAt > ?2", codeHash, now) == 1;
    }
}
