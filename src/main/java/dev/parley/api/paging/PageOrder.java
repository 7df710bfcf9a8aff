package dev.parley.api.paging;

import dev.parley.api.problem.InvalidRequest;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Which way a list is paged: {@code ?order=}. A cursor goes on in the order of its page. */
public class PageOrder {

    private static final String FORWARDS = "asc";
    private static final String BACKWARDS = "desc";

    @Parameter(
            description = "asc for the oldest first, desc for the newest",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {FORWARDS, BACKWARDS},
                            defaultValue = FORWARDS))
    @QueryParam("order")
    @Nullable String order;

    /**
     * @throws InvalidRequest where it is neither
     */
    public boolean isBackwards() {
        if (order == null || order.equals(FORWARDS)) {
            return false;
        }
        if (order.equals(BACKWARDS)) {
            return true;
        }
        throw new InvalidRequest("order", "must be asc or desc");
    }
}
