package dev.parley.api.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Adds to every response the headers that tell what is left of the rate limit. */
@OpenApiFilter(
        value = OpenApiFilter.RunStage.BUILD,
        priority = RateLimitHeadersFilter.AFTER_PROBLEMS)
public class RateLimitHeadersFilter implements OASFilter {

    static final int AFTER_PROBLEMS = ProblemResponsesFilter.AFTER_FRAMEWORK - 1;

    private static final List<String> HEADERS = List.of("RateLimit", "RateLimit-Policy");

    @Override
    public void filterOpenAPI(OpenAPI document) {
        Stream.concat(
                        document.getComponents().getResponses().values().stream(),
                        Documented.operations(document)
                                .flatMap(Documented::responses)
                                .map(Map.Entry::getValue)
                                .filter(response -> response.getRef() == null))
                .forEach(RateLimitHeadersFilter::addTo);
    }

    private static void addTo(APIResponse response) {
        HEADERS.forEach(name -> response.addHeader(name, OASFactory.createHeader().ref(name)));
    }
}
