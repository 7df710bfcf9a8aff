package dev.parley.account;

import dev.parley.platform.identity.UserId;

/**
 * The account that a Parley token names, and the password version that the token was issued for.
 */
public record TokenSubject(UserId id, int passwordVersion) {}
