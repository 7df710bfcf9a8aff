package dev.parley.profile.web;

import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageQuery;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.validation.CalendarDay;
import dev.parley.api.validation.MergePatch;
import dev.parley.api.validation.Storable;
import dev.parley.api.validation.Visible;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.profile.ProfileLimits;
import dev.parley.profile.training.NewTraining;
import dev.parley.profile.training.TrainingDetails;
import dev.parley.profile.training.TrainingId;
import dev.parley.profile.training.TrainingService;
import dev.parley.profile.training.TrainingStatus;
import dev.parley.profile.training.TrainingUpdate;
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
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/** The trainings of the current user. */
@Path("/api/me/trainings")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "profile")
class TrainingResource {

    private final TrainingService trainings;
    private final CurrentCaller caller;

    TrainingResource(TrainingService trainings, CurrentCaller caller) {
        this.trainings = trainings;
        this.caller = caller;
    }

    @GET
    @Operation(operationId = "listTrainings", summary = "List trainings, newest first")
    public Page<TrainingDetails> list(
            @Parameter(description = "The skill's name; case is ignored")
                    @QueryParam("skill")
                    @ValidSkillName
                    @Nullable String skill,
            @Parameter(
                            description = "Only trainings of this status",
                            schema = @Schema(ref = "TrainingStatus"))
                    @QueryParam("status")
                    @Nullable String status,
            @BeanParam PageQuery query) {
        return Page.of(
                trainings.list(
                        caller.id(),
                        Optional.ofNullable(skill).map(ValidSkillName.Plain::of),
                        Optional.ofNullable(status).map(TrainingResource::status),
                        query.afterId().map(TrainingId::new),
                        query.fetchSize()),
                query,
                TrainingDetails::id,
                training -> training);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "createTraining",
            summary = "Add a training",
            description = "Adds an unknown skill to the shared catalogue.")
    @APIResponse(
            responseCode = "201",
            description = "The training",
            headers = @Header(name = "Location", ref = "Location"),
            content = @Content(schema = @Schema(implementation = TrainingDetails.class)))
    @APIResponse(
            responseCode = "409",
            description = "limit_reached: the account may have no more trainings or skills")
    public Response add(@Valid @NotNull CreateTrainingRequest request) {
        TrainingDetails added = trainings.add(caller.id(), request.training());
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/me/trainings/" + added.id())
                .entity(added)
                .build();
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getTraining", summary = "Read a training")
    public TrainingDetails read(@PathParam("id") UUID id) {
        return trainings.read(caller.id(), new TrainingId(id));
    }

    @PATCH
    @Path("/{id}")
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    @Operation(
            operationId = "updateTraining",
            summary = "Change a training",
            description =
                    "Absent fields keep their value; null removes the next step or the due date"
                            + " (RFC 7396).")
    public TrainingDetails change(
            @PathParam("id") UUID id, @Valid @NotNull UpdateTrainingRequest request) {
        return trainings.change(caller.id(), new TrainingId(id), request.change());
    }

    @DELETE
    @Path("/{id}")
    @Operation(operationId = "deleteTraining", summary = "Remove a training")
    @APIResponse(responseCode = "204", description = "The training is removed")
    public void remove(@PathParam("id") UUID id) {
        trainings.remove(caller.id(), new TrainingId(id));
    }

    private static TrainingStatus status(String text) {
        return TrainingStatus.of(text)
                .orElseThrow(() ->
                        new InvalidRequest(
                                "status",
                                "must be one of " + String.join(", ", TrainingStatus.texts())));
    }

    record CreateTrainingRequest(
            @Schema(examples = "Java") @NotNull @ValidSkillName String skill,
            @Schema(examples = "Read about virtual threads")
                    @NotBlank
                    @Visible
                    @Storable
                    @Size(max = ProfileLimits.TITLE)
                    String title,
            @Schema(ref = "TrainingStatus", examples = "planned") @Nullable TrainingStatus status,
            @Schema(examples = "Chapter 3") @Storable @Size(max = ProfileLimits.NEXT_STEP)
                    @Nullable String nextStep,
            @Schema(examples = "2026-12-24") @CalendarDay @Nullable LocalDate dueOn) {

        NewTraining training() {
            return new NewTraining(
                    ValidSkillName.Plain.of(skill),
                    title.strip(),
                    status == null ? TrainingStatus.PLANNED : status,
                    Optional.ofNullable(nextStep),
                    Optional.ofNullable(dueOn));
        }
    }

    /** An absent field is undefined; a field that is null is present and null. */
    record UpdateTrainingRequest(
            @Schema(implementation = String.class, examples = "Read about virtual threads")
                    JsonNullable<@Storable @Size(max = ProfileLimits.TITLE) String> title,
            @Schema(ref = "TrainingStatus", examples = "completed")
                    JsonNullable<TrainingStatus> status,
            @Schema(implementation = String.class, nullable = true, examples = "Chapter 4")
                    JsonNullable<@Storable @Size(max = ProfileLimits.NEXT_STEP) String> nextStep,
            @Schema(implementation = LocalDate.class, nullable = true, examples = "2026-12-31")
                    JsonNullable<@CalendarDay LocalDate> dueOn) {

        TrainingUpdate change() {
            return new TrainingUpdate(
                    MergePatch.text("title", title),
                    MergePatch.given("status", status),
                    MergePatch.edit(nextStep),
                    MergePatch.edit(dueOn));
        }
    }
}
