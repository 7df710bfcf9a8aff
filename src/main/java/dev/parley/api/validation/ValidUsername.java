package dev.parley.api.validation;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A valid username of an account. */
@Documented
@Constraint(validatedBy = {})
@ReportAsSingleViolation
@Pattern(regexp = "[A-Za-z0-9][A-Za-z0-9._-]{2,49}")
@Target({
    ElementType.RECORD_COMPONENT,
    ElementType.FIELD,
    ElementType.PARAMETER,
    ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface ValidUsername {

    String message() default
            "must be 3 to 50 letters, digits, dots, dashes or underscores, and start with a letter"
                    + " or digit";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
