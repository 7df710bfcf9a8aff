package dev.parley.feedback.web;

import dev.parley.api.paging.Page;
import dev.parley.feedback.FeedbackCounts;
import dev.parley.feedback.FeedbackService;
import dev.parley.feedback.SurveyService;
import dev.parley.platform.identity.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Counts of ratings and survey answers, for administrators. */
@Path("/api/admin")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administration")
class FeedbackAdminResource {

    private final FeedbackService feedback;
    private final SurveyService surveys;

    FeedbackAdminResource(FeedbackService feedback, SurveyService surveys) {
        this.feedback = feedback;
        this.surveys = surveys;
    }

    @GET
    @Path("/feedback")
    @Operation(operationId = "countFeedback", summary = "Count the feedback on replies")
    public FeedbackCounts feedback() {
        return feedback.counts();
    }

    @GET
    @Path("/surveys/{name}")
    @Operation(
            operationId = "countSurveyAnswers",
            summary = "Count the answers to a survey",
            description = "Texts are counted, not returned.")
    public Page<SurveyService.SurveyCount> survey(
            @Parameter(example = "satisfaction") @PathParam("name") String name) {
        return new Page<>(surveys.counts(name), null);
    }
}
