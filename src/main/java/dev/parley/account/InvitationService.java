package dev.parley.account;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes, lists and revokes invitations. A code has 128 random bits and is stored as a hash only, so
 * that neither the database nor a list of invitations can be used to register.
 */
@ApplicationScoped
@Transactional
public class InvitationService {

    /** Invitations that may be open at a time; more would be a mistake of a script. */
    static final int MAX_OPEN = 1_000;

    private static final int CODE_BYTES = 16;

    /** Not static: a native executable would begin with the random state of its build. */
    private final SecureRandom random = new SecureRandom();

    private final InvitationRepository invitations;
    private final Clock clock;

    InvitationService(InvitationRepository invitations, Clock clock) {
        this.invitations = invitations;
        this.clock = clock;
    }

    /**
     * Makes an invitation for one registration.
     *
     * @throws ParleyException {@code limit_reached} if too many invitations are open
     */
    public NewInvitation create(Duration lifetime) {
        if (invitations.count() >= MAX_OPEN) {
            throw new ParleyException(
                    ProblemCode.LIMIT_REACHED,
                    "%d invitations are open. Revoke some, or wait until they expire."
                            .formatted(MAX_OPEN));
        }
        byte[] bytes = new byte[CODE_BYTES];
        random.nextBytes(bytes);
        String code = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clock.instant();
        Invitation invitation =
                new Invitation(
                        UuidCreator.getTimeOrderedEpoch(), hash(code), now, now.plus(lifetime));
        invitations.persist(invitation);
        return new NewInvitation(view(invitation), code);
    }

    /** The invitations that were not used, newest first. */
    public List<InvitationView> list(Optional<UUID> before, int limit) {
        return invitations.list(before, limit).stream().map(InvitationService::view).toList();
    }

    /** Revokes an invitation; false if it does not exist, or was used. */
    public boolean revoke(UUID id) {
        return invitations.deleteById(id);
    }

    /**
     * Uses an invitation, in the transaction that adds the account.
     *
     * @throws InvitationRequired if the code is of no open invitation
     */
    void use(Optional<String> code) {
        if (code.isEmpty() || !invitations.use(hash(code.get()), clock.instant())) {
            throw new InvitationRequired();
        }
    }

    private static InvitationView view(Invitation invitation) {
        return new InvitationView(invitation.id, invitation.createdAt, invitation.expiresAt);
    }

    private static byte[] hash(String code) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(code.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException("Every JDK has SHA-256", failure);
        }
    }

    /** An invitation with its code, which is shown once. */
    public record NewInvitation(InvitationView invitation, String code) {

        /** Without the code. */
        @Override
        public String toString() {
            return invitation.toString();
        }
    }
}
