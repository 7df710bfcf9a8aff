package dev.parley.api.validation;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A date in the years 1 to 9999 (RFC 3339). Java has dates outside of these years that PostgreSQL
 * cannot store.
 */
@Documented
@Constraint(validatedBy = CalendarDay.Check.class)
@Target({
    ElementType.FIELD,
    ElementType.PARAMETER,
    ElementType.RECORD_COMPONENT,
    ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface CalendarDay {

    String message() default "must be a date in the years 1 to 9999";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Checks the year. */
    class Check implements ConstraintValidator<CalendarDay, LocalDate> {

        private static final int LAST_YEAR = 9_999;

        @Override
        public boolean isValid(@Nullable LocalDate day, ConstraintValidatorContext context) {
            return day == null || (day.getYear() >= 1 && day.getYear() <= LAST_YEAR);
        }
    }
}
