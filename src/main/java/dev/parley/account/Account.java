package dev.parley.account;

import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.Roles;
import dev.parley.platform.identity.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The row of an account. */
@Entity
@Table(name = "accounts")
class Account {

    @Id UUID id;

    @Column(nullable = false)
    String username;

    @Nullable String email;

    @Column(name = "password_hash")
    @Nullable String passwordHash;

    @Column(name = "password_version", nullable = false)
    int passwordVersion;

    @Column(nullable = false, columnDefinition = "text[]")
    String[] roles;

    @Nullable String issuer;

    @Nullable String subject;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    @Column(name = "disabled_at")
    @Nullable Instant disabledAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Account() {}

    /** Applies the fields that the update has. */
    void apply(AccountUpdate update, Optional<String> hash) {
        username = update.username().orElse(username);
        update.email().ifPresent(newEmail -> email = newEmail);
        hash.ifPresent(this::replacePassword);
    }

    /** Makes all tokens invalid that were issued for the old password. */
    void replacePassword(String hash) {
        passwordHash = hash;
        passwordVersion++;
    }

    /** Makes all tokens invalid that Parley has issued. */
    void endTokens() {
        passwordVersion++;
    }

    void disable(Instant now) {
        if (disabledAt == null) {
            disabledAt = now;
            endTokens();
        }
    }

    void enable() {
        disabledAt = null;
    }

    /** Adds the role of an administrator if the account does not have the role. */
    void promote() {
        if (!isAdmin()) {
            roles = Stream.concat(Stream.of(roles), Stream.of(Roles.ADMIN)).toArray(String[]::new);
        }
    }

    AccountView view() {
        return new AccountView(
                new UserId(id), username, email, List.of(roles), createdAt, disabledAt != null);
    }

    boolean isAdmin() {
        return List.of(roles).contains(Roles.ADMIN);
    }

    Caller caller() {
        return new Caller(new UserId(id), username, Set.of(roles));
    }
}
