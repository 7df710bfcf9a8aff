package dev.parley.api.validation;

import dev.parley.platform.value.StorableText;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A password of at least 8 characters and at most 72 bytes of UTF-8, which is all that bcrypt
 * reads.
 */
@Documented
@Constraint(validatedBy = ValidPassword.Check.class)
@Target({
    ElementType.FIELD,
    ElementType.PARAMETER,
    ElementType.RECORD_COMPONENT,
    ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface ValidPassword {

    int MIN_CHARACTERS = 8;
    int MAX_BYTES = 72;

    String message() default "must have at least 8 characters and at most 72 bytes";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /**
     * Checks the number of characters and bytes, and rejects NUL and lone surrogates. Bcrypt would
     * hash any lone surrogate as a question mark.
     */
    class Check implements ConstraintValidator<ValidPassword, String> {

        @Override
        public boolean isValid(@Nullable String password, ConstraintValidatorContext context) {
            return password == null
                    || (password.codePointCount(0, password.length()) >= MIN_CHARACTERS
                            && password.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES
                            && StorableText.isStorable(password));
        }
    }
}
