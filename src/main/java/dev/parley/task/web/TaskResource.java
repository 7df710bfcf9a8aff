package dev.parley.task.web;

import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageQuery;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.validation.CalendarDay;
import dev.parley.api.validation.MergePatch;
import dev.parley.api.validation.Storable;
import dev.parley.api.validation.Visible;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.task.NewTask;
import dev.parley.task.TaskDetails;
import dev.parley.task.TaskId;
import dev.parley.task.TaskLimits;
import dev.parley.task.TaskPriority;
import dev.parley.task.TaskService;
import dev.parley.task.TaskStatus;
import dev.parley.task.TaskUpdate;
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

/** The tasks of the current user. */
@Path("/api/tasks")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "tasks")
class TaskResource {

    private final TaskService tasks;
    private final CurrentCaller caller;

    TaskResource(TaskService tasks, CurrentCaller caller) {
        this.tasks = tasks;
        this.caller = caller;
    }

    @GET
    @Operation(operationId = "listTasks", summary = "List tasks, newest first")
    public Page<TaskDetails> list(
            @Parameter(
                            description = "Only tasks of this status",
                            schema = @Schema(ref = "TaskStatus"))
                    @QueryParam("status")
                    @Nullable String status,
            @BeanParam PageQuery query) {
        return Page.of(
                tasks.list(
                        caller.id(),
                        Optional.ofNullable(status).map(TaskResource::status),
                        query.afterId().map(TaskId::new),
                        query.fetchSize()),
                query,
                TaskDetails::id,
                task -> task);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "createTask", summary = "Add a task")
    @APIResponse(
            responseCode = "201",
            description = "The task",
            headers = @Header(name = "Location", ref = "Location"),
            content = @Content(schema = @Schema(implementation = TaskDetails.class)))
    @APIResponse(
            responseCode = "409",
            description = "limit_reached: the account may have no more tasks")
    public Response add(@Valid @NotNull CreateTaskRequest request) {
        TaskDetails added =
                tasks.add(
                        caller.id(),
                        new NewTask(
                                request.title().strip(),
                                Optional.ofNullable(request.description()),
                                request.priority() == null
                                        ? TaskPriority.NORMAL
                                        : request.priority(),
                                Optional.ofNullable(request.dueOn())));
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/tasks/" + added.id())
                .entity(added)
                .build();
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getTask", summary = "Read a task")
    public TaskDetails read(@PathParam("id") UUID id) {
        return tasks.read(caller.id(), new TaskId(id));
    }

    @PATCH
    @Path("/{id}")
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    @Operation(
            operationId = "updateTask",
            summary = "Change a task",
            description =
                    "Absent fields keep their value; null removes the description or the due date"
                            + " (RFC 7396).")
    public TaskDetails change(@PathParam("id") UUID id, @Valid @NotNull UpdateTaskRequest request) {
        return tasks.change(caller.id(), new TaskId(id), request.change());
    }

    @DELETE
    @Path("/{id}")
    @Operation(operationId = "deleteTask", summary = "Delete a task")
    @APIResponse(responseCode = "204", description = "The task is deleted")
    public void remove(@PathParam("id") UUID id) {
        tasks.remove(caller.id(), new TaskId(id));
    }

    private static TaskStatus status(String text) {
        return TaskStatus.of(text)
                .orElseThrow(() ->
                        new InvalidRequest(
                                "status",
                                "must be one of " + String.join(", ", TaskStatus.texts())));
    }

    record CreateTaskRequest(
            @Schema(examples = "Buy milk")
                    @NotBlank
                    @Visible
                    @Storable
                    @Size(max = TaskLimits.TITLE)
                    String title,
            @Schema(examples = "Two litres") @Storable @Size(max = TaskLimits.DESCRIPTION)
                    @Nullable String description,
            @Nullable TaskPriority priority,
            @Schema(examples = "2026-12-24") @CalendarDay @Nullable LocalDate dueOn) {}

    /** An absent field is undefined; a field that is null is present and null. */
    record UpdateTaskRequest(
            @Schema(implementation = String.class, examples = "Buy oat milk")
                    JsonNullable<@Storable @Size(max = TaskLimits.TITLE) String> title,
            @Schema(implementation = String.class, nullable = true, examples = "One litre")
                    JsonNullable<@Storable @Size(max = TaskLimits.DESCRIPTION) String> description,
            @Schema(ref = "TaskStatus", examples = "completed") JsonNullable<TaskStatus> status,
            @Schema(ref = "TaskPriority", examples = "high") JsonNullable<TaskPriority> priority,
            @Schema(implementation = LocalDate.class, nullable = true, examples = "2026-12-31")
                    JsonNullable<@CalendarDay LocalDate> dueOn) {

        TaskUpdate change() {
            return new TaskUpdate(
                    MergePatch.text("title", title),
                    MergePatch.edit(description),
                    MergePatch.given("status", status),
                    MergePatch.given("priority", priority),
                    MergePatch.edit(dueOn));
        }
    }
}
