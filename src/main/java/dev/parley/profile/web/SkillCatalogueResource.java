package dev.parley.profile.web;

import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageQuery;
import dev.parley.profile.skill.SkillCatalogue;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The catalogue of skills, which the operator offers to all users. */
@Path("/api/skills")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "profile")
class SkillCatalogueResource {

    private final SkillCatalogue skills;

    SkillCatalogueResource(SkillCatalogue skills) {
        this.skills = skills;
    }

    @GET
    @Operation(
            operationId = "listCatalogueSkills",
            summary = "List the operator's catalogue of skills in the order of their names")
    public Page<SkillView> list(@BeanParam PageQuery query) {
        return Page.of(
                skills.list(query.afterText(), query.fetchSize()),
                query,
                name -> name,
                SkillView::new);
    }

    record SkillView(String name) {}
}
