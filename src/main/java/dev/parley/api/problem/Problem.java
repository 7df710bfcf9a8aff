package dev.parley.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.platform.problem.FieldError;
import dev.parley.platform.problem.ProblemCode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, as RFC 9457 tells it.
 *
 * @param type names the kind of problem, one for each code
 * @param instance names this occurrence; the log line about it bears the same request id
 * @param turnId the turn that was opened before it went wrong, where there is one
 * @param conversationId that turn's conversation
 * @param errors what is wrong with which field, where the request was not valid
 */
@RegisterForReflection // told as JSON, by hand
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

    static URI typeOf(ProblemCode code) {
        return URI.create("urn:parley:problem:" + code.code());
    }
}
