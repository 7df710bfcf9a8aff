package dev.parley.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.platform.problem.FieldError;
import dev.parley.platform.problem.ProblemCode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem detail (RFC 9457).
 *
 * @param type the kind of problem; each code has its own type
 * @param instance this occurrence; the log lines about the request have the same request id
 * @param turnId the turn that was opened before the failure, if any
 * @param conversationId the conversation of the turn
 * @param errors the invalid fields, if the request was not valid
 */
@RegisterForReflection // serialized by code, not by a resource
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
        URI type,
        String title,
        int status,
        String detail,
        URI instance,
        ProblemCode code,
        @Nullable String turnId,
        @Nullable String conversationId,
        List<FieldError> errors) {

    /** The media type of problems, RFC 9457 section 3. */
    public static final String MEDIA_TYPE = "application/problem+json";

    public static URI typeOf(ProblemCode code) {
        return URI.create("urn:parley:problem:" + code.code());
    }
}
