package dev.parley.account;

/** Somebody who wants an account. The password is never printed. */
public record Registration(String username, String email, String password) {

    @Override
    public String toString() {
        return "Registration[" + username + "]";
    }
}
