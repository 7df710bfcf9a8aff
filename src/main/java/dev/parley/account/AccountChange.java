package dev.parley.account;

import java.util.Optional;

/** What is to be different about an account. Empty leaves a thing as it is. */
public record AccountChange(
        Optional<String> username, Optional<String> email, Optional<NewPassword> password) {

    boolean isEmpty() {
        return username.isEmpty() && email.isEmpty() && password.isEmpty();
    }

    /**
     * A new password.
     *
     * @param current the password that it replaces
     */
    public record NewPassword(String current, String next) {

        /** Without either. */
        @Override
        public String toString() {
            return "NewPassword";
        }
    }
}
