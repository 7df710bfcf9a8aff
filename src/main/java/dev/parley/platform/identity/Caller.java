package dev.parley.platform.identity;

import java.util.Set;

/** An account that has shown a valid token and still exists. */
public record Caller(UserId id, String username, Set<String> roles) {

    /** The key under which the caller travels in the security identity of a request. */
    public static final String ATTRIBUTE = Caller.class.getName();

    public Caller {
        roles = Set.copyOf(roles);
    }
}
