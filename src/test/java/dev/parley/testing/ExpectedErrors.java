package dev.parley.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Announces what a test makes the application log as an error. Any other error fails the test, see
 * {@link ErrorLogExtension}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface ExpectedErrors {

    /** Regular expressions; a message that one of them is found in is expected. */
    String[] value();
}
