package dev.parley.account;

import dev.parley.platform.identity.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An account, without its secrets.
 *
 * @param email null if an external issuer sent no address
 * @param isDisabled whether an administrator has disabled the account: it signs in nowhere
 */
public record AccountView(
        UserId id,
        String username,
        @Nullable String email,
        List<String> roles,
        Instant createdAt,
        boolean isDisabled) {}
