package dev.parley.api.problem;

import dev.parley.platform.problem.ProblemCode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.parameters.Parameter.In;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.jspecify.annotations.Nullable;

/** Adds to the OpenAPI document the problems that every operation may return. */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ProblemResponsesFilter implements OASFilter {

    private static final String PROBLEM = "Problem";
    private static final String CODE = "ProblemCode";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        if (document.getComponents() == null) {
            document.setComponents(OASFactory.createComponents());
        }
        document.getComponents().addSchema(CODE, code()).addSchema(PROBLEM, problem());
        if (document.getPaths() != null && document.getPaths().getPathItems() != null) {
            document.getPaths().getPathItems().values().stream()
                    .flatMap(path -> path.getOperations().values().stream())
                    .forEach(ProblemResponsesFilter::addProblems);
        }
    }

    private static void addProblems(Operation operation) {
        if (operation.getResponses() == null) {
            operation.setResponses(OASFactory.createAPIResponses());
        }
        APIResponses responses = operation.getResponses();
        // The framework's generic responses; the problems below replace them
        List.of("400", "401", "403").stream()
                .filter(status -> isUndescribed(responses.getAPIResponse(status)))
                .forEach(responses::removeAPIResponse);
        expected(operation)
                .forEach(code -> {
                    String status = Integer.toString(code.status());
                    if (!responses.hasAPIResponse(status)) {
                        responses.addAPIResponse(status, problem(code.code()));
                    }
                });
        responses
                .getAPIResponses()
                .forEach((status, response) -> {
                    if (isRefusal(status)) {
                        response.content(problemContent());
                    }
                });
        responses.addAPIResponse("default", problem("Any other problem, RFC 9457"));
    }

    /** The problems that follow from the operation's shape; an operation declares its others. */
    private static Set<ProblemCode> expected(Operation operation) {
        Set<ProblemCode> codes =
                EnumSet.of(
                        ProblemCode.OVERLOADED,
                        ProblemCode.NOT_ACCEPTABLE,
                        ProblemCode.RATE_LIMITED);
        List<Parameter> parameters =
                operation.getParameters() == null ? List.of() : operation.getParameters();
        boolean hasBody = operation.getRequestBody() != null;
        if (hasBody || parameters.stream().anyMatch(parameter -> isIn(parameter, In.QUERY))) {
            codes.add(ProblemCode.INVALID_REQUEST);
        }
        if (parameters.stream().anyMatch(parameter -> isIn(parameter, In.PATH))) {
            codes.add(ProblemCode.NOT_FOUND);
        }
        if (hasBody) {
            codes.add(ProblemCode.TOO_LARGE);
            codes.add(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
        }
        if (operation.getSecurity() != null) {
            codes.add(ProblemCode.UNAUTHENTICATED);
        }
        if (operation.getTags() != null && operation.getTags().contains("administration")) {
            codes.add(ProblemCode.FORBIDDEN);
        }
        return codes;
    }

    private static boolean isIn(Parameter parameter, In location) {
        return parameter.getIn() == location;
    }

    private static boolean isUndescribed(@Nullable APIResponse response) {
        return response != null
                && List.of("Bad Request", "Not Authorized", "Not Allowed")
                        .contains(String.valueOf(response.getDescription()));
    }

    private static boolean isRefusal(String status) {
        return status.startsWith("4") || status.startsWith("5");
    }

    private static APIResponse problem(String description) {
        return OASFactory.createAPIResponse().description(description).content(problemContent());
    }

    private static Content problemContent() {
        return OASFactory.createContent()
                .addMediaType(
                        Problem.MEDIA_TYPE,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(PROBLEM)));
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
        Schema fieldError =
                type(Schema.SchemaType.OBJECT)
                        .addProperty("field", type(Schema.SchemaType.STRING))
                        .addProperty("message", type(Schema.SchemaType.STRING));
        return type(Schema.SchemaType.OBJECT)
                .description("A problem detail, RFC 9457")
                .required(List.of("type", "title", "status", "detail", "instance", "code"))
                .addProperty("type", type(Schema.SchemaType.STRING).format("uri"))
                .addProperty("title", type(Schema.SchemaType.STRING))
                .addProperty("status", type(Schema.SchemaType.INTEGER))
                .addProperty("detail", type(Schema.SchemaType.STRING))
                .addProperty("instance", type(Schema.SchemaType.STRING).format("uri"))
                .addProperty("code", OASFactory.createSchema().ref(CODE))
                .addProperty("turn_id", type(Schema.SchemaType.STRING).format("uuid"))
                .addProperty("conversation_id", type(Schema.SchemaType.STRING).format("uuid"))
                .addProperty("errors", type(Schema.SchemaType.ARRAY).items(fieldError));
    }

    private static Schema type(Schema.SchemaType type) {
        return OASFactory.createSchema().addType(type);
    }
}
