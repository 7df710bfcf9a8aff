package dev.parley.notification.web;

import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageQuery;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.validation.QueryParameterValidator;
import dev.parley.notification.NotificationDetails;
import dev.parley.notification.NotificationFilter;
import dev.parley.notification.NotificationId;
import dev.parley.notification.NotificationKind;
import dev.parley.notification.NotificationService;
import dev.parley.platform.identity.CurrentCaller;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** A user's notifications. */
@Path("/api/notifications")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "notifications")
class NotificationResource {

    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final NotificationService notifications;
    private final CurrentCaller caller;

    NotificationResource(NotificationService notifications, CurrentCaller caller) {
        this.notifications = notifications;
        this.caller = caller;
    }

    @GET
    @Operation(
            operationId = "listNotifications",
            summary = "List notifications, newest first",
            description = "Unknown query parameters are refused.")
    public Page<NotificationDetails> list(
            @Parameter(
                            description = "true for unread notifications, false for read ones",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("unread")
                    @Nullable String unread,
            @Parameter(
                            description = "Only notifications of this kind",
                            schema = @Schema(ref = "NotificationKind"))
                    @QueryParam("kind")
                    @Nullable String kind,
            @Parameter(
                            description = "The earliest time of creation, RFC 3339",
                            schema = @Schema(type = SchemaType.STRING, format = "date-time"),
                            example = "2026-11-20T00:00:00Z")
                    @QueryParam("since")
                    @Nullable String since,
            @BeanParam PageQuery query,
            @Context UriInfo uri) {
        QueryParameterValidator.require(uri, "unread", "kind", "since", "cursor", "limit");
        NotificationFilter filter =
                new NotificationFilter(
                        Optional.ofNullable(unread).map(NotificationResource::flag),
                        Optional.ofNullable(kind).map(NotificationResource::kind),
                        Optional.ofNullable(since).map(NotificationResource::time));
        return Page.of(
                notifications.list(
                        caller.id(),
                        filter,
                        query.afterId().map(NotificationId::new),
                        query.fetchSize()),
                query,
                NotificationDetails::id,
                notification -> notification);
    }

    @POST
    @Path("/{id}/read")
    @Operation(
            operationId = "markNotificationRead",
            summary = "Mark a notification as read",
            description = "A read notification stays read.")
    public NotificationDetails read(@PathParam("id") UUID id) {
        return notifications.read(caller.id(), new NotificationId(id));
    }

    @POST
    @Path("/read-all")
    @Operation(operationId = "markAllNotificationsRead", summary = "Mark all notifications as read")
    public NotificationsReadView readAll() {
        return new NotificationsReadView(notifications.readAll(caller.id()));
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidRequest("unread", "must be true or false");
        };
    }

    private static NotificationKind kind(String text) {
        return NotificationKind.of(text)
                .orElseThrow(() ->
                        new InvalidRequest(
                                "kind",
                                "must be one of " + String.join(", ", NotificationKind.texts())));
    }

    private static Instant time(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
                throw new InvalidRequest("since", "must be a time from 1970 to 9999");
            }
            return time;
        } catch (DateTimeException failure) {
            throw new InvalidRequest(
                    "since", "must be a time such as 2026-11-20T00:00:00Z (RFC 3339)");
        }
    }

    /**
     * The result of marking all notifications as read.
     *
     * @param read the number of notifications that were unread
     */
    record NotificationsReadView(long read) {}
}
