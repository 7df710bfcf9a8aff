package dev.parley.platform.value;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/** What is to become of a column that may be null. */
public sealed interface FieldUpdate<T> {

    /** It stays as it is. */
    record Unchanged<T>() implements FieldUpdate<T> {}

    /** It becomes this; empty takes it away. */
    record SetTo<T>(Optional<T> value) implements FieldUpdate<T> {}

    /** What a field of JSON asks for: absent keeps, null takes away. */
    static <T> FieldUpdate<T> of(JsonNullable<T> field) {
        return field.isPresent()
                ? new SetTo<>(Optional.ofNullable(field.get()))
                : new Unchanged<>();
    }

    /** What it becomes, given what it is. */
    default @Nullable T applyTo(@Nullable T present) {
        return switch (this) {
            case Unchanged<T> keep -> present;
            case SetTo<T> to -> to.value().orElse(null);
        };
    }
}
