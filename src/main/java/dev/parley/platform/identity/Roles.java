package dev.parley.platform.identity;

/** The roles of accounts. */
public final class Roles {

    public static final String USER = "user";
    public static final String ADMIN = "admin";

    private Roles() {}
}
