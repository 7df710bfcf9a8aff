package dev.parley.ratelimit;

import dev.parley.platform.identity.UserId;
import java.util.Collection;

/** Looks up the plan of an account. Called only if the configuration has rates for plans. */
public interface PlanLookup {

    /** The names of all plans. */
    Collection<String> plans();

    /** The name of the user's plan; at most one minute out of date. */
    String of(UserId user);
}
