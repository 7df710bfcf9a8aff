package dev.parley.profile.web;

import dev.parley.platform.value.StorableText;
import dev.parley.platform.value.VisibleText;
import dev.parley.profile.ProfileLimits;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** Requires the name of a skill: 1 to 64 UTF-16 code units without control characters. */
@Documented
@Constraint(validatedBy = ValidSkillName.Check.class)
@Target({ElementType.PARAMETER, ElementType.FIELD, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
@interface ValidSkillName {

    String message() default "must be a name of 1 to 64 characters";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Checks the normalized name. */
    class Check implements ConstraintValidator<ValidSkillName, String> {

        @Override
        public boolean isValid(@Nullable String name, ConstraintValidatorContext context) {
            if (name == null) {
                return true;
            }
            String normalized = Plain.of(name);
            return VisibleText.isVisible(normalized)
                    && normalized.length() <= ProfileLimits.SKILL_NAME
                    && StorableText.isStorable(normalized)
                    && normalized.codePoints().noneMatch(Character::isISOControl);
        }
    }

    /** Normalizes a name: strips white space and replaces each inner run by one space. */
    final class Plain {

        private Plain() {}

        static String of(String name) {
            return name.strip().replaceAll("\\s+", " ");
        }
    }
}
