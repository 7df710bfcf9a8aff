package dev.parley.platform.identity;

/** Tells modules that keep something for users, and not their accounts, whether a user exists. */
public interface UserLookup {

    boolean exists(UserId user);
}
