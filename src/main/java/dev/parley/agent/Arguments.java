package dev.parley.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.database.Edit;
import dev.parley.database.StorableText;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Reads what an agent gave to a tool, trusting nothing of it. Every reader refuses with a sentence
 * that names the argument.
 */
public record Arguments(JsonNode given) {

    private static final int LONGEST_CHOICE = 20;

    /**
     * @throws ToolRefused where it is missing, no text, empty or longer
     */
    public String text(String name, int longest) {
        return optionalText(name, longest)
                .orElseThrow(() -> new ToolRefused("The argument " + name + " is missing."));
    }

    /** Empty where it is not given, null or blank. */
    public Optional<String> optionalText(String name, int longest) {
        if (!given.hasNonNull(name)) {
            return Optional.empty();
        }
        JsonNode value = given.get(name);
        if (!value.isTextual()) {
            throw new ToolRefused("The argument " + name + " must be a text.");
        }
        String text = StorableText.storable(value.textValue().strip());
        if (text.length() > longest) {
            throw new ToolRefused(
                    "The argument %s must not be longer than %d characters."
                            .formatted(name, longest));
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    public Optional<LocalDate> optionalDate(String name) {
        return optionalText(name, 10)
                .map(text -> {
                    try {
                        return LocalDate.parse(text);
                    } catch (DateTimeParseException notADate) {
                        throw new ToolRefused(
                                "The argument %s must be a date such as 2026-12-24."
                                        .formatted(name));
                    }
                });
    }

    public UUID id(String name) {
        try {
            return UUID.fromString(text(name, 36));
        } catch (IllegalArgumentException notAnId) {
            throw new ToolRefused(
                    "The argument %s must be an id as the tools give them.".formatted(name));
        }
    }

    /** Whether the agent spoke of it at all; a null takes a value away. */
    public boolean mentions(String name) {
        return given.has(name);
    }

    /** What is to become of a thing: it stays where the agent does not speak of it. */
    public <T> Edit<T> edit(String name, Optional<T> value) {
        return mentions(name) ? new Edit.To<>(value) : new Edit.Keep<>();
    }

    /** One of a few texts. */
    public <T> Optional<T> choice(
            String name, Function<String, Optional<T>> read, List<String> choices) {
        return optionalText(name, LONGEST_CHOICE)
                .map(text ->
                        read.apply(text)
                                .orElseThrow(() ->
                                        new ToolRefused(
                                                "The argument %s must be one of %s."
                                                        .formatted(
                                                                name,
                                                                String.join(", ", choices)))));
    }

    /**
     * A whole number.
     *
     * @throws ToolRefused where it is missing, no number or out of bounds
     */
    public int number(String name, int least, int most) {
        JsonNode value = given.path(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            throw new ToolRefused(
                    "The argument %s must be a number from %d to %d.".formatted(name, least, most));
        }
        return value.intValue();
    }

    /** A yes or no; no where it is not given. */
    public boolean flag(String name) {
        if (!given.hasNonNull(name)) {
            return false;
        }
        if (!given.get(name).isBoolean()) {
            throw new ToolRefused("The argument " + name + " must be true or false.");
        }
        return given.get(name).booleanValue();
    }
}
