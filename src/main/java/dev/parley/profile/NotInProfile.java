package dev.parley.profile;

/** The user has no such thing. */
public final class NotInProfile extends RuntimeException {

    NotInProfile(String what, Object which) {
        super("There is no %s %s.".formatted(what, which), null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
