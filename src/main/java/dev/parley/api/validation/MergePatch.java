package dev.parley.api.validation;

import dev.parley.api.problem.InvalidRequest;
import dev.parley.platform.value.FieldUpdate;
import dev.parley.platform.value.VisibleText;
import java.util.Optional;
import org.openapitools.jackson.nullable.JsonNullable;

/**
 * Reads the fields of a merge patch (RFC 7396): an absent field is not changed, and a null removes
 * the value.
 */
public final class MergePatch {

    private MergePatch() {}

    /** Reads an optional field. */
    public static <T> FieldUpdate<T> edit(JsonNullable<T> field) {
        return FieldUpdate.of(field);
    }

    /**
     * Reads a field that cannot be removed; empty if the field is absent.
     *
     * @throws InvalidRequest if the field is null
     */
    public static <T> Optional<T> given(String name, JsonNullable<T> field) {
        if (field.isPresent() && field.get() == null) {
            throw new InvalidRequest(name, "must not be null");
        }
        return field.isPresent() ? Optional.of(field.get()) : Optional.empty();
    }

    /**
     * Reads a text that cannot be removed, without leading and trailing whitespace; empty if the
     * field is absent.
     *
     * @throws InvalidRequest if the field is null or blank
     */
    public static Optional<String> text(String name, JsonNullable<String> field) {
        return given(name, field)
                .map(text -> {
                    if (!VisibleText.isVisible(text)) {
                        throw new InvalidRequest(name, "must not be blank");
                    }
                    return text.strip();
                });
    }
}
