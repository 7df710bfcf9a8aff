package dev.parley.quota.web;

import dev.parley.platform.identity.CurrentCaller;
import dev.parley.quota.QuotaService;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The quota of the current user. */
@Path("/api/me/quota")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "quota")
class QuotaResource {

    private final QuotaService quota;
    private final CurrentCaller caller;

    QuotaResource(QuotaService quota, CurrentCaller caller) {
        this.quota = quota;
        this.caller = caller;
    }

    @GET
    @Operation(
            operationId = "getQuota",
            summary = "Read the quota of the current user",
            description =
                    "Queries are counted when a turn is opened, tokens and cost when it has ended."
                            + " Includes the tokens of this month by agent and model, the days of"
                            + " this month with queries, and the last twelve months. Days and"
                            + " months are in UTC.")
    public QuotaView read() {
        return QuotaView.of(quota.overview(caller.id()));
    }
}
