package dev.parley.agent.approval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads values of arguments, which a model may send in any form. */
final class ArgumentValue {

    /** The longest text that is read as a number: reading takes quadratic time. */
    private static final int MAX_NUMBER_LENGTH = 100;

    private ArgumentValue() {}

    /** The number, also if it is sent as text; empty if it is no number. */
    static Optional<BigDecimal> number(JsonNode node) {
        return node instanceof NumericNode number && !number.isNaN()
                ? Optional.of(number.decimalValue())
                : number(node.asText(""));
    }

    static Optional<BigDecimal> number(String text) {
        try {
            return text.length() > MAX_NUMBER_LENGTH
                    ? Optional.empty()
                    : Optional.of(new BigDecimal(text.strip()));
        } catch (NumberFormatException failure) {
            return Optional.empty();
        }
    }

    /** The date such as 2026-12-24; empty if the text is another. */
    static Optional<LocalDate> date(String text) {
        try {
            return Optional.of(LocalDate.parse(text.strip()));
        } catch (DateTimeParseException failure) {
            return Optional.empty();
        }
    }
}
