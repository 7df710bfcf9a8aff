package dev.parley.turn.web;

import dev.parley.api.problem.InvalidRequest;
import org.jspecify.annotations.Nullable;

/** Parses the number of the last event that a client has received. */
public final class EventNumber {

    private EventNumber() {}

    /**
     * @param name the header, parameter or field that contains the number
     * @return 0 if the client sends no number
     * @throws InvalidRequest if the text is not a number of 1 to 15 digits
     */
    public static long of(String name, @Nullable String text) {
        if (text == null) {
            return 0;
        }
        if (!text.matches("[0-9]{1,15}")) {
            throw new InvalidRequest(name, "must be the number of an event");
        }
        return Long.parseLong(text);
    }
}
