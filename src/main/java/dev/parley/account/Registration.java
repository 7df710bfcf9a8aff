package dev.parley.account;

import java.util.Optional;

/**
 * The data of a new account. {@link #toString()} contains neither the password nor the invitation.
 */
public record Registration(
        String username, String email, String password, Optional<String> invitation) {

    @Override
    public String toString() {
        return "Registration[" + username + "]";
    }
}
