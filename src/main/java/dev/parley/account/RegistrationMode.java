package dev.parley.account;

/** Who may register an account. */
public enum RegistrationMode {
    /** Everybody. */
    OPEN,
    /** Nobody; administrators and external issuers make the accounts. */
    CLOSED,
    /** Everybody who has an invitation of an administrator. */
    INVITED
}
