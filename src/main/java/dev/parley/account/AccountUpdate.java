package dev.parley.account;

import java.util.Optional;

/** The changes to an account. An empty field does not change. */
public record AccountUpdate(
        Optional<String> username, Optional<String> email, Optional<PasswordChange> password) {

    boolean isEmpty() {
        return username.isEmpty() && email.isEmpty() && password.isEmpty();
    }

    /**
     * A new password.
     *
     * @param current the password that the new password replaces
     */
    public record PasswordChange(String current, String next) {

        /** Without the passwords. */
        @Override
        public String toString() {
            return "PasswordChange";
        }
    }
}
