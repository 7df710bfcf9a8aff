package dev.parley.database;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/** What is to become of a column that may be null. */
public sealed interface Edit<T> {

    /** It stays as it is. */
    record Keep<T>() implements Edit<T> {}

    /** It becomes this; empty takes it away. */
    record To<T>(Optional<T> value) implements Edit<T> {}

    /** What a field of JSON asks for: absent keeps, null takes away. */
    static <T> Edit<T> of(JsonNullable<T> field) {
        return field.isPresent() ? new To<>(Optional.ofNullable(field.get())) : new Keep<>();
    }

    /** What it becomes, given what it is. */
    default @Nullable T after(@Nullable T present) {
        return switch (this) {
            case Keep<T> keep -> present;
            case To<T> to -> to.value().orElse(null);
        };
    }
}
