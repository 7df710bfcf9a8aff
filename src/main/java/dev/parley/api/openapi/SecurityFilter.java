package dev.parley.api.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.security.SecurityRequirement;

/**
 * Declares which operations need a token. The framework declares roles as scopes, which a bearer
 * token does not have, and declares nothing for operations that need no token.
 */
@OpenApiFilter(value = OpenApiFilter.RunStage.BUILD, priority = SchemaNamesFilter.AFTER_OTHERS)
public class SecurityFilter implements OASFilter {

    @Override
    public void filterOpenAPI(OpenAPI document) {
        Documented.operations(document).forEach(SecurityFilter::complete);
    }

    private static void complete(Operation operation) {
        if (operation.getSecurity() == null) {
            operation.setSecurity(List.of());
        } else {
            operation.getSecurity().forEach(SecurityFilter::removeScopes);
        }
    }

    private static void removeScopes(SecurityRequirement requirement) {
        List.copyOf(requirement.getSchemes().keySet()).forEach(requirement::addScheme);
    }
}
