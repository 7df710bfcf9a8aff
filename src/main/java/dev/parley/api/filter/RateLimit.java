package dev.parley.api.filter;

import dev.parley.ratelimit.LimitedAction;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the limit of a resource's requests, if it is not {@link LimitedAction#REQUESTS}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface RateLimit {

    LimitedAction by();
}
