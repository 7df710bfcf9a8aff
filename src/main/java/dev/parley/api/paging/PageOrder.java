package dev.parley.api.paging;

import dev.parley.api.problem.InvalidRequest;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** The order of a list: {@code ?order=}. A cursor continues in the order of its page. */
public class PageOrder {

    private static final String FORWARDS = "asc";
    private static final String BACKWARDS = "desc";

    @Parameter(
            description = "asc for oldest first, desc for newest first",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {FORWARDS, BACKWARDS},
                            defaultValue = FORWARDS))
    @QueryParam("order")
    @Nullable String order;

    /**
     * @throws InvalidRequest if the order is neither asc nor desc
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
