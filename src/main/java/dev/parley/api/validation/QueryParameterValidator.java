package dev.parley.api.validation;

import dev.parley.api.problem.InvalidRequest;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.List;

/** Refuses what a list would otherwise pass over: a mistyped filter would show too much. */
public final class QueryParameterValidator {

    private QueryParameterValidator() {}

    /**
     * @throws InvalidRequest where the request's query has another parameter than those
     */
    public static void require(UriInfo uri, String... known) {
        List<String> names = Arrays.asList(known);
        uri.getQueryParameters().keySet().stream()
                .filter(name -> !names.contains(name))
                .findFirst()
                .ifPresent(unknown -> {
                    throw new InvalidRequest(
                            unknown, "is not known here; known are " + String.join(", ", names));
                });
    }
}
