package dev.parley.account;

/** The data of a new account. {@link #toString()} never contains the password. */
public record Registration(String username, String email, String password) {

    @Override
    public String toString() {
        return "Registration[" + username + "]";
    }
}
