package dev.parley.account;

import java.util.Optional;

/** What is to be different about an account. Empty leaves a thing as it is. */
public record AccountUpdate(
        Optional<String> username, Optional<String> email, Optional<PasswordChange> password) {

    boolean isEmpty() {
        return username.isEmpty() && email.isEmpty() && password.isEmpty();
    }

    /**
     * A new password.
     *
     * @param current the password that it replaces
     */
    public record PasswordChange(String current, String next) {

        /** Without either. */
        @Override
        public String toString() {
            return "NewPassword";
        }
    }
}
