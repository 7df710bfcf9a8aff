package dev.parley.account;

import dev.parley.identity.UserId;

/** Whom a token of ours names, and the version of the password that it was given for. */
record Bearer(UserId id, int passwordVersion) {}
