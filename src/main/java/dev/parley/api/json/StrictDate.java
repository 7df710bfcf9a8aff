package dev.parley.api.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.io.Serial;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/**
 * Reads a date as RFC 3339 writes it, {@code 2026-12-24}, and nothing else. The library's
 * deserializer also reads arrays, and the date of a date-time of any zone.
 */
final class StrictDate extends StdScalarDeserializer<LocalDate> {

    @Serial private static final long serialVersionUID = 1;

    private static final Pattern FULL_DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    StrictDate() {
        super(LocalDate.class);
    }

    /** Replaces the library's deserializer, in whatever order the modules are registered. */
    static SimpleModule module() {
        return new SimpleModule("strict-date").setDeserializerModifier(new Modifier());
    }

    @Override
    public LocalDate deserialize(JsonParser parser, DeserializationContext context)
            throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            return (LocalDate) context.handleUnexpectedToken(LocalDate.class, parser);
        }
        String text = parser.getText();
        try {
            if (FULL_DATE.matcher(text).matches()) {
                return LocalDate.parse(text);
            }
        } catch (DateTimeParseException noSuchDay) {
            // Reported below, as any other text
        }
        return (LocalDate)
                context.handleWeirdStringValue(
                        LocalDate.class, text, "must be a date, such as 2026-12-24");
    }

    private static final class Modifier extends BeanDeserializerModifier {

        @Serial private static final long serialVersionUID = 1;

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config,
                BeanDescription description,
                JsonDeserializer<?> deserializer) {
            return description.getBeanClass() == LocalDate.class ? new StrictDate() : deserializer;
        }
    }
}
