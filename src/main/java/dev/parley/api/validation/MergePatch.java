package dev.parley.api.validation;

import dev.parley.api.problem.InvalidRequest;
import dev.parley.platform.value.FieldUpdate;
import java.util.Optional;
import org.openapitools.jackson.nullable.JsonNullable;

/**
 * Reads the fields of a merge patch (RFC 7396): one that is absent stays as it is, one that is null
 * is taken away.
 */
public final class MergePatch {

    private MergePatch() {}

    /** A thing that there may be none of. */
    public static <T> FieldUpdate<T> edit(JsonNullable<T> field) {
        return FieldUpdate.of(field);
    }

    /**
     * A thing that is always there.
     *
     * @throws InvalidRequest where it is to be taken away
     */
    public static <T> Optional<T> given(String name, JsonNullable<T> field) {
        if (field.isPresent() && field.get() == null) {
            throw new InvalidRequest(name, "must not be null");
        }
        return field.isPresent() ? Optional.of(field.get()) : Optional.empty();
    }

    /**
     * A text that is always there, without the blanks around it.
     *
     * @throws InvalidRequest where nothing is left of it
     */
    public static Optional<String> text(String name, JsonNullable<String> field) {
        return given(name, field)
                .map(text -> {
                    if (text.isBlank()) {
                        throw new InvalidRequest(name, "must not be blank");
                    }
                    return text.strip();
                });
    }
}
