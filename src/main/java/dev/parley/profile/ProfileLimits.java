package dev.parley.profile;

/** Limits of a profile. Lengths are in UTF-16 code units. */
public final class ProfileLimits {

    /** Pattern of a preference's key; {@link #MAX_KEY_LENGTH} limits its length. */
    public static final String KEY = "[a-z0-9][a-z0-9._-]*";

    public static final int MAX_KEY_LENGTH = 64;
    public static final int VALUE = 500;

    /** Every agent request contains all of the user's preferences. */
    public static final int PREFERENCES = 50;

    public static final int SKILL_NAME = 64;
    public static final int SKILLS = 200;

    public static final int TITLE = 200;
    public static final int NEXT_STEP = 1_000;

    private ProfileLimits() {}
}
