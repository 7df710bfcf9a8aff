package dev.parley.account;

import dev.parley.identity.Caller;
import dev.parley.identity.Roles;
import dev.parley.identity.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An account's row. */
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

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Account() {}

    AccountView view() {
        return new AccountView(new UserId(id), username, email, List.of(roles), createdAt);
    }

    boolean isAdmin() {
        return List.of(roles).contains(Roles.ADMIN);
    }

    Caller caller() {
        return new Caller(new UserId(id), username, Set.of(roles));
    }
}
