package dev.parley.turn.web;

import dev.parley.api.problem.InvalidRequest;
import org.jspecify.annotations.Nullable;

/** Reads the number of the last event that a client saw. */
public final class EventNumber {

    private EventNumber() {}

    /**
     * @param name the header, parameter or field that holds the number
     * @return 0 where the client names none
     * @throws InvalidRequest if the text is not a number
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
