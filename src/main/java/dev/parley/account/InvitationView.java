package dev.parley.account;

import java.time.Instant;
import java.util.UUID;

/** An invitation, without its code. */
public record InvitationView(UUID id, Instant createdAt, Instant expiresAt) {}
