package dev.parley.ratelimit;

import dev.parley.platform.identity.UserId;
import java.util.Collection;

/** Tells the plan that an account is on. Asked only where plans have rates of their own. */
public interface PlanLookup {

    /** All plans that there are. */
    Collection<String> plans();

    /** The plan's name, not older than a minute. */
    String of(UserId user);
}
