package dev.parley.api.openapi;

import static java.util.stream.Collectors.joining;

import dev.parley.api.problem.Problem;
import dev.parley.platform.problem.ProblemCode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter.In;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.jspecify.annotations.Nullable;

/**
 * Adds to the OpenAPI document the problems that every operation may return: one shared response
 * for each HTTP status of the catalogue. An operation declares further problems itself.
 */
@OpenApiFilter(
        value = OpenApiFilter.RunStage.BUILD,
        priority = ProblemResponsesFilter.AFTER_FRAMEWORK)
public class ProblemResponsesFilter implements OASFilter {

    static final int AFTER_FRAMEWORK = SchemaNamesFilter.AFTER_OTHERS + 2;

    private static final String PROBLEM = Problem.class.getSimpleName();
    private static final String CODE = ProblemCode.class.getSimpleName();
    private static final String FIELD_ERROR = "FieldError";
    private static final String REQUEST = "urn:parley:request:01a1f000-0000-7000-8000-000000000000";

    /** What can happen to any request before it reaches its operation, or at any step of it. */
    private static final Set<ProblemCode> ANYWHERE =
            EnumSet.of(
                    ProblemCode.INVALID_REQUEST,
                    ProblemCode.NOT_ACCEPTABLE,
                    ProblemCode.REQUEST_TIMEOUT,
                    ProblemCode.TOO_LARGE,
                    ProblemCode.URI_TOO_LONG,
                    ProblemCode.HEADERS_TOO_LARGE,
                    ProblemCode.RATE_LIMITED,
                    ProblemCode.INTERNAL_ERROR,
                    ProblemCode.OVERLOADED);

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getComponents()
                .addSchema(CODE, code())
                .addSchema(FIELD_ERROR, fieldError())
                .addSchema(PROBLEM, problem());
        Documented.operations(document)
                .forEach(operation -> addProblems(operation, document.getComponents()));
    }

    private static void addProblems(Operation operation, Components shared) {
        APIResponses responses = operation.getResponses();
        // The framework's generic responses; the problems below replace them
        List.of("400", "401", "403").stream()
                .filter(status -> isUndescribed(responses.getAPIResponse(status)))
                .forEach(responses::removeAPIResponse);
        Documented.responses(operation)
                .filter(response -> isProblem(response.getKey()))
                .forEach(response ->
                        complete(Integer.parseInt(response.getKey()), response.getValue()));
        expected(operation).stream()
                .map(ProblemCode::status)
                .filter(status -> !responses.hasAPIResponse(Integer.toString(status)))
                .forEach(status -> {
                    shared.addResponse(nameOf(status), response(status));
                    responses.addAPIResponse(
                            Integer.toString(status),
                            OASFactory.createAPIResponse().ref(nameOf(status)));
                });
    }

    /** The problems that follow from the operation's shape. */
    private static Set<ProblemCode> expected(Operation operation) {
        Set<ProblemCode> codes = EnumSet.copyOf(ANYWHERE);
        if (operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(parameter -> parameter.getIn() == In.PATH)) {
            codes.add(ProblemCode.NOT_FOUND);
        }
        if (operation.getRequestBody() != null) {
            codes.add(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
        }
        if (operation.getSecurity() != null) {
            codes.add(ProblemCode.UNAUTHENTICATED);
            codes.add(ProblemCode.FORBIDDEN);
        }
        return codes;
    }

    private static boolean isUndescribed(@Nullable APIResponse response) {
        return response != null
                && List.of("Bad Request", "Not Authorized", "Not Allowed")
                        .contains(String.valueOf(response.getDescription()));
    }

    private static boolean isProblem(String status) {
        return status.startsWith("4") || status.startsWith("5");
    }

    /** Completes a response whose description names its codes. */
    private static void complete(int status, APIResponse response) {
        List<ProblemCode> named =
                codes(status).stream()
                        .filter(code -> response.getDescription().contains(code.code() + ": "))
                        .toList();
        if (named.isEmpty()) {
            throw new IllegalStateException(
                    "No code of status %d in: %s".formatted(status, response.getDescription()));
        }
        fill(response, status, named);
    }

    private static APIResponse response(int status) {
        List<ProblemCode> codes = codes(status);
        APIResponse response =
                OASFactory.createAPIResponse()
                        .description(
                                codes.stream()
                                        .map(code -> "%s: %s".formatted(code.code(), code.detail()))
                                        .collect(joining("\n\n")));
        fill(response, status, codes);
        return response;
    }

    private static void fill(APIResponse response, int status, List<ProblemCode> codes) {
        MediaType body =
                OASFactory.createMediaType().schema(OASFactory.createSchema().ref(PROBLEM));
        codes.forEach(code ->
                body.addExample(code.code(), OASFactory.createExample().value(example(code))));
        response.content(OASFactory.createContent().addMediaType(Problem.MEDIA_TYPE, body));
        headers(status)
                .forEach(name -> response.addHeader(name, OASFactory.createHeader().ref(name)));
    }

    private static List<String> headers(int status) {
        return status == ProblemCode.UNAUTHENTICATED.status()
                ? List.of("WWW-Authenticate")
                : codes(status).getFirst().saysWhenToRetry() ? List.of("Retry-After") : List.of();
    }

    private static List<ProblemCode> codes(int status) {
        return Arrays.stream(ProblemCode.values()).filter(code -> code.status() == status).toList();
    }

    /** For instance {@code Problem404}. */
    private static String nameOf(int status) {
        return PROBLEM + status;
    }

    private static Map<String, Object> example(ProblemCode code) {
        return Map.of(
                "type",
                Problem.typeOf(code).toString(),
                "title",
                code.title(),
                "status",
                code.status(),
                "detail",
                code.detail(),
                "instance",
                REQUEST,
                "code",
                code.code());
    }

    private static Schema code() {
        Schema code = type(Schema.SchemaType.STRING);
        Arrays.stream(ProblemCode.values())
                .forEach(known -> {
                    code.addEnumeration(known.code());
                });
        return code.description("Stable code; each code has one HTTP status");
    }

    private static Schema problem() {
        return type(Schema.SchemaType.OBJECT)
                .description("A problem detail, RFC 9457")
                .required(List.of("type", "title", "status", "detail", "instance", "code"))
                .addProperty("type", type(Schema.SchemaType.STRING).format("uri"))
                .addProperty("title", type(Schema.SchemaType.STRING))
                .addProperty("status", type(Schema.SchemaType.INTEGER).format("int32"))
                .addProperty("detail", type(Schema.SchemaType.STRING))
                .addProperty("instance", type(Schema.SchemaType.STRING).format("uri"))
                .addProperty("code", OASFactory.createSchema().ref(CODE))
                .addProperty("turn_id", type(Schema.SchemaType.STRING).format("uuid"))
                .addProperty("conversation_id", type(Schema.SchemaType.STRING).format("uuid"))
                .addProperty(
                        "errors",
                        type(Schema.SchemaType.ARRAY)
                                .items(OASFactory.createSchema().ref(FIELD_ERROR)));
    }

    private static Schema fieldError() {
        return type(Schema.SchemaType.OBJECT)
                .required(List.of("field", "message"))
                .addProperty("field", type(Schema.SchemaType.STRING))
                .addProperty("message", type(Schema.SchemaType.STRING));
    }

    private static Schema type(Schema.SchemaType type) {
        return OASFactory.createSchema().addType(type);
    }
}
