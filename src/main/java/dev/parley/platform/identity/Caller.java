package dev.parley.platform.identity;

import java.util.Set;

/** The account that a valid token names, and which still exists. */
public record Caller(UserId id, String username, Set<String> roles) {

    /** The attribute of the security identity that contains the caller. */
    public static final String ATTRIBUTE = Caller.class.getName();

    public Caller {
        roles = Set.copyOf(roles);
    }
}
