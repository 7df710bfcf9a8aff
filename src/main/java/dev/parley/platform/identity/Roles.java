package dev.parley.platform.identity;

/** What an account may be. */
public final class Roles {

    public static final String USER = "user";
    public static final String ADMIN = "admin";

    private Roles() {}
}
