package dev.parley.feedback.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.api.paging.Page;
import dev.parley.api.validation.Storable;
import dev.parley.conversation.MessageId;
import dev.parley.feedback.FeedbackService;
import dev.parley.feedback.FeedbackView;
import dev.parley.feedback.Rating;
import dev.parley.feedback.Survey;
import dev.parley.feedback.SurveyAnswers;
import dev.parley.feedback.SurveyCatalogue;
import dev.parley.feedback.SurveyService;
import dev.parley.platform.identity.CurrentCaller;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The current user's ratings of replies and answers to surveys. */
@Path("/api")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "feedback")
class FeedbackResource {

    private final FeedbackService feedback;
    private final SurveyService surveyService;
    private final SurveyCatalogue surveys;
    private final CurrentCaller caller;

    FeedbackResource(
            FeedbackService feedback,
            SurveyService surveyService,
            SurveyCatalogue surveys,
            CurrentCaller caller) {
        this.feedback = feedback;
        this.surveyService = surveyService;
        this.surveys = surveys;
        this.caller = caller;
    }

    @POST
    @Path("/feedback")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "rateReply",
            summary = "Rate a reply",
            description = "A new rating replaces the previous rating of the reply.")
    @APIResponseSchema(FeedbackView.class)
    @APIResponse(responseCode = "404", description = "not_found: the user has no such reply")
    public FeedbackView rate(@Valid @NotNull RateReplyRequest request) {
        return feedback.put(
                caller.id(),
                new MessageId(request.messageId()),
                request.rating(),
                Optional.ofNullable(request.reason()));
    }

    @GET
    @Path("/surveys")
    @Operation(operationId = "listSurveys", summary = "List the surveys")
    public Page<SurveyView> list() {
        return new Page<>(surveys.all().stream().map(SurveyView::of).toList(), null);
    }

    @POST
    @Path("/surveys")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "answerSurvey",
            summary = "Answer a survey",
            description = "Replaces the previous answers to the survey.")
    @APIResponseSchema(SurveyAnswersView.class)
    @APIResponse(responseCode = "404", description = "not_found: there is no such survey")
    public SurveyAnswersView answer(@Valid @NotNull AnswerSurveyRequest request) {
        return SurveyAnswersView.of(
                surveyService.put(caller.id(), request.name(), request.answers()));
    }

    record RateReplyRequest(
            @Schema(examples = "01a1f000-0000-7000-8000-000000000000") @NotNull UUID messageId,
            @NotNull Rating rating,
            @Schema(examples = "It was short and to the point") @Storable @Size(max = 2_000)
                    @Nullable String reason) {}

    record AnswerSurveyRequest(
            @Schema(examples = "satisfaction") @NotNull @Storable @Size(max = 64) String name,
            @Schema(
                            type = SchemaType.OBJECT,
                            additionalProperties = Schema.True.class,
                            description = "The answers by the keys of the questions",
                            examples = "{\"overall\":5,\"recommend\":\"yes\"}")
                    @NotNull
                    @Size(max = 100)
                    Map<String, JsonNode> answers) {}

    record SurveyAnswersView(
            String name,
            @Schema(type = SchemaType.OBJECT, additionalProperties = Schema.True.class)
                    Map<String, JsonNode> answers,
            Instant updatedAt) {

        static SurveyAnswersView of(SurveyAnswers answers) {
            return new SurveyAnswersView(answers.name(), answers.answers(), answers.updatedAt());
        }
    }

    record SurveyView(String name, String title, List<QuestionView> questions) {

        static SurveyView of(Survey survey) {
            return new SurveyView(
                    survey.name(),
                    survey.title(),
                    survey.questions().entrySet().stream()
                            .map(entry -> QuestionView.of(entry.getKey(), entry.getValue()))
                            .toList());
        }
    }

    record QuestionView(
            String key,
            String text,
            @Schema(enumeration = {"text", "scale", "choice"}) String kind,
            List<String> choices,
            boolean required) {

        static QuestionView of(String key, Survey.Question question) {
            return new QuestionView(
                    key,
                    question.text(),
                    question.kind().name().toLowerCase(Locale.ROOT),
                    question.choices(),
                    question.required());
        }
    }
}
