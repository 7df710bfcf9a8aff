package dev.parley.web;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;

/** Tells in the OpenAPI document what every operation has in common: how it refuses. */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ProblemsInOpenApi implements OASFilter {

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
                    .forEach(ProblemsInOpenApi::addProblem);
        }
    }

    private static void addProblem(Operation operation) {
        if (operation.getResponses() == null) {
            operation.setResponses(OASFactory.createAPIResponses());
        }
        // The default stands for all of them: which refusals an operation has is told by the codes
        List.of("400", "401", "403").forEach(operation.getResponses()::removeAPIResponse);
        operation
                .getResponses()
                .addAPIResponse(
                        "default",
                        OASFactory.createAPIResponse()
                                .description("A problem, RFC 9457")
                                .content(
                                        OASFactory.createContent()
                                                .addMediaType(
                                                        Problem.MEDIA_TYPE,
                                                        OASFactory.createMediaType()
                                                                .schema(
                                                                        OASFactory.createSchema()
                                                                                .ref(PROBLEM)))));
    }

    private static Schema code() {
        Schema code = type(Schema.SchemaType.STRING);
        Arrays.stream(ProblemCode.values())
                .forEach(known -> {
                    code.addEnumeration(known.code());
                });
        return code.description("Stable; each goes with one status");
    }

    private static Schema problem() {
        Schema fieldError =
                type(Schema.SchemaType.OBJECT)
                        .addProperty("field", type(Schema.SchemaType.STRING))
                        .addProperty("message", type(Schema.SchemaType.STRING));
        return type(Schema.SchemaType.OBJECT)
                .description("What went wrong, RFC 9457")
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
