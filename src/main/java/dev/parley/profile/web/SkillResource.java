package dev.parley.profile.web;

import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageQuery;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.profile.skill.SkillService;
import dev.parley.profile.skill.UserSkill;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
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

/** The skills of the current user. */
@Path("/api/me/skills")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "profile")
class SkillResource {

    private final SkillService skills;
    private final CurrentCaller caller;

    SkillResource(SkillService skills, CurrentCaller caller) {
        this.skills = skills;
        this.caller = caller;
    }

    @GET
    @Operation(
            operationId = "listSkills",
            summary = "List the current user's skills in the order of their names")
    public Page<UserSkill> list(@BeanParam PageQuery query) {
        return Page.of(
                skills.list(caller.id(), query.afterText(), query.fetchSize()),
                query,
                UserSkill::name,
                skill -> skill);
    }

    @PUT
    @Path("/{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putSkill",
            summary = "Add a skill to the current user, or change its level",
            description =
                    "A known name keeps its spelling. A name that the catalogue lacks is the"
                            + " user's own: no other user sees it, and it is erased with the user.")
    @APIResponseSchema(UserSkill.class)
    @APIResponse(
            responseCode = "409",
            description = "limit_reached: the account may have no more skills")
    public UserSkill put(
            @PathParam("name") @ValidSkillName String name,
            @Valid @NotNull PutSkillRequest request) {
        return skills.put(caller.id(), ValidSkillName.Plain.of(name), request.level());
    }

    @DELETE
    @Path("/{name}")
    @Operation(
            operationId = "removeSkill",
            summary = "Remove a skill from the current user's skills")
    @APIResponse(responseCode = "204", description = "The skill is removed")
    public void remove(@PathParam("name") @ValidSkillName String name) {
        skills.remove(caller.id(), ValidSkillName.Plain.of(name));
    }

    record PutSkillRequest(
            @Schema(description = "1 for a beginner, 5 for an expert", examples = "3")
                    @NotNull
                    @Min(1)
                    @Max(5)
                    Integer level) {}
}
