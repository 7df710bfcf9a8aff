package dev.parley.platform.value;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/** An update of a nullable field: leave the value unchanged, or set the value. */
public sealed interface FieldUpdate<T> {

    /** The value does not change. */
    record Unchanged<T>() implements FieldUpdate<T> {}

    /** The field is set to the value; an empty value clears the field. */
    record SetTo<T>(Optional<T> value) implements FieldUpdate<T> {}

    /** The update for a field of JSON: unchanged if the field is absent, cleared if null. */
    static <T> FieldUpdate<T> of(JsonNullable<T> field) {
        return field.isPresent()
                ? new SetTo<>(Optional.ofNullable(field.get()))
                : new Unchanged<>();
    }

    /** The new value of a field with the current value. */
    default @Nullable T applyTo(@Nullable T current) {
        return switch (this) {
            case Unchanged<T> unchanged -> current;
            case SetTo<T> setTo -> setTo.value().orElse(null);
        };
    }
}
