package dev.parley.profile.web;

import dev.parley.platform.identity.Roles;
import dev.parley.profile.skill.SkillCatalogue;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lets administrators change the catalogue of skills. */
@Path("/api/admin/skills")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "administration")
class SkillAdminResource {

    private final SkillCatalogue skills;

    SkillAdminResource(SkillCatalogue skills) {
        this.skills = skills;
    }

    @PUT
    @Path("/{name}")
    @Operation(
            operationId = "putCatalogueSkill",
            summary = "Add a skill to the catalogue, or change the spelling of its name",
            description = "Names are found ignoring case.")
    @APIResponse(responseCode = "204", description = "The catalogue has the name in this spelling")
    public void put(@PathParam("name") @ValidSkillName String name) {
        skills.put(ValidSkillName.Plain.of(name));
    }

    @DELETE
    @Path("/{name}")
    @Operation(
            operationId = "removeCatalogueSkill",
            summary = "Remove a skill from the catalogue",
            description = "Users who have or learn the skill keep it as their own.")
    @APIResponse(responseCode = "204", description = "The catalogue does not have the name")
    public void remove(@PathParam("name") @ValidSkillName String name) {
        skills.remove(ValidSkillName.Plain.of(name));
    }
}
