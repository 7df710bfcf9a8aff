package dev.parley.profile.web;

import dev.parley.profile.ProfileLimits;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Requires a valid key of a preference; see {@link ProfileLimits#KEY}. */
@Documented
@Constraint(validatedBy = {})
@ReportAsSingleViolation
@Size(min = 1, max = ProfileLimits.MAX_KEY_LENGTH)
@Pattern(regexp = ProfileLimits.KEY)
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@interface PreferenceKey {

    String message() default
            "must be 1 to 64 lower-case letters, digits, dots, dashes or underscores";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
