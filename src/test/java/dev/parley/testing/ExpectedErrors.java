package dev.parley.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Announces the errors that a test makes the application log. Any other error fails the test, see
 * {@link ErrorLogExtension}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface ExpectedErrors {

    /**
     * Regular expressions: a message is expected if an expression matches a part of the message.
     */
    String[] value();
}
