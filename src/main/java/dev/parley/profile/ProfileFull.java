package dev.parley.profile;

/** There is no room for another. */
public final class ProfileFull extends RuntimeException {

    ProfileFull(String what, int most) {
        super(
                "There are %d %s already, and no more than that; remove one first."
                        .formatted(most, what),
                null,
                false,
                false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
