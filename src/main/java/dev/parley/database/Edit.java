package dev.parley.database;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is to become of a column that may be null. */
public sealed interface Edit<T> {

    /** It stays as it is. */
    record Keep<T>() implements Edit<T> {}

    /** It becomes this; empty takes it away. */
    record To<T>(Optional<T> value) implements Edit<T> {}

    /** What it becomes, given what it is. */
    default @Nullable T after(@Nullable T present) {
        return switch (this) {
            case Keep<T> keep -> present;
            case To<T> to -> to.value().orElse(null);
        };
    }
}
