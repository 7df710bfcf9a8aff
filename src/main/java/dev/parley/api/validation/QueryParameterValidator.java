package dev.parley.api.validation;

import dev.parley.api.problem.InvalidRequest;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.List;

/** Rejects unknown query parameters: a list with a mistyped filter would show too much. */
public final class QueryParameterValidator {

    private QueryParameterValidator() {}

    /**
     * @throws InvalidRequest if the request has a query parameter that is not known
     */
    public static void require(UriInfo uri, String... known) {
        List<String> knownNames = Arrays.asList(known);
        uri.getQueryParameters().keySet().stream()
                .filter(name -> !knownNames.contains(name))
                .findFirst()
                .ifPresent(unknown -> {
                    throw new InvalidRequest(
                            unknown,
                            "is not a known parameter; the known parameters are "
                                    + String.join(", ", knownNames));
                });
    }
}
