package dev.parley.api.filter;

import dev.parley.ratelimit.LimitedAction;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** By which limit the requests of a resource are counted, if not {@link LimitedAction#REQUESTS}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface RateLimit {

    LimitedAction by();
}
