package dev.parley.profile;

/** How much a profile may hold; lengths in characters (UTF-16). */
public final class ProfileLimits {

    /** Of a preference's key; see {@link #MAX_KEY_LENGTH}. */
    public static final String KEY = "[a-z0-9][a-z0-9._-]*";

    public static final int MAX_KEY_LENGTH = 64;
    public static final int VALUE = 500;

    /** All of them stand in every briefing. */
    public static final int PREFERENCES = 50;

    public static final int SKILL_NAME = 64;
    public static final int SKILLS = 200;

    public static final int TITLE = 200;
    public static final int NEXT_STEP = 1_000;

    private ProfileLimits() {}
}
