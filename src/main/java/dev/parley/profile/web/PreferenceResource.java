package dev.parley.profile.web;

import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageQuery;
import dev.parley.api.validation.Storable;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.profile.Preference;
import dev.parley.profile.ProfileLimits;
import dev.parley.profile.ProfileService;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What agents remember about the current user. */
@Path("/api/me/preferences")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "profile")
class PreferenceResource {

    private final ProfileService profile;
    private final CurrentCaller caller;

    PreferenceResource(ProfileService profile, CurrentCaller caller) {
        this.profile = profile;
        this.caller = caller;
    }

    @GET
    @Operation(
            operationId = "listPreferences",
            summary = "List preferences in the order of their keys")
    public Page<Preference> list(@BeanParam PageQuery query) {
        return Page.of(
                profile.preferences(caller.id(), query.afterText(), query.fetchSize()),
                query,
                Preference::key,
                preference -> preference);
    }

    @GET
    @Path("/{key}")
    @Operation(operationId = "getPreference", summary = "Read a preference")
    public Preference read(@PathParam("key") @PreferenceKey String key) {
        return profile.preference(caller.id(), key);
    }

    @PUT
    @Path("/{key}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putPreference",
            summary = "Set a preference",
            description =
                    "Replaces the previous value of the key. The agent receives all preferences,"
                            + " 50 at most, with every message.")
    @APIResponseSchema(Preference.class)
    @APIResponse(
            responseCode = "409",
            description = "limit_reached: the account may have no more preferences")
    public Preference put(
            @PathParam("key") @PreferenceKey String key,
            @Valid @NotNull PutPreferenceRequest request) {
        return profile.put(caller.id(), key, request.value().strip());
    }

    @DELETE
    @Path("/{key}")
    @Operation(operationId = "deletePreference", summary = "Delete a preference")
    @APIResponse(responseCode = "204", description = "The preference is deleted")
    public void forget(@PathParam("key") @PreferenceKey String key) {
        profile.delete(caller.id(), key);
    }

    record PutPreferenceRequest(
            @Schema(examples = "green") @NotBlank @Storable @Size(max = ProfileLimits.VALUE)
                    String value) {}
}
