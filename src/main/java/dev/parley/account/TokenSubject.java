package dev.parley.account;

import dev.parley.platform.identity.UserId;

/** The account that a token of ours names, and the version of the password behind it. */
public record TokenSubject(UserId id, int passwordVersion) {}
