package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Wait;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A turn as a trace tells it: from the caller's own to the model's. */
@ParleyTest
@TestProfile(TraceTest.Tracing.class)
class TraceTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SAID = "add buy very secret milk";

    @Inject InMemorySpanExporter exported;

    @BeforeEach
    void forget() {
        ModelStub.forget();
        exported.reset();
    }

    @Test
    void tellsEachStepAndToolInTraceOfCaller() {
        Person person = Person.registered();
        exported.reset();

        ApiResponse answer =
                person.posts(
                        "/api/chat",
                        "{\"message\":\"%s\",\"agent_type\":\"assistant\"}".formatted(SAID),
                        "traceparent",
                        "00-%s-b7ad6b7169203331-01".formatted(TRACE));

        assertThat(answer.status()).isEqualTo(200);
        Wait.until(() -> named("settle_turn").size() == 1 && named("POST /api/chat").size() == 1);
        SpanData request = one("POST /api/chat");
        SpanData opening = one("open_turn");
        SpanData thinking = one("invoke_agent assistant");
        SpanData tool = one("execute_tool add_task");
        SpanData settling = one("settle_turn");
        List<SpanData> calls = named("chat stub-1");
        assertThat(calls).hasSize(2);
        assertThat(List.of(request, opening, thinking, tool, settling, calls.getFirst()))
                .allSatisfy(span -> assertThat(span.getTraceId()).isEqualTo(TRACE));
        assertThat(thinking.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(tool.getParentSpanId()).isEqualTo(thinking.getSpanId());
        assertThat(calls)
                .allSatisfy(
                        call -> assertThat(call.getParentSpanId()).isEqualTo(thinking.getSpanId()));
        assertThat(text(thinking, "gen_ai.agent.name")).isEqualTo("assistant");
        assertThat(text(thinking, "gen_ai.conversation.id"))
                .isEqualTo(answer.text("conversation_id"));
        assertThat(text(tool, "gen_ai.tool.name")).isEqualTo("add_task");
        assertThat(text(calls.getLast(), "gen_ai.request.model")).isEqualTo("stub-1");
        assertThat(
                        calls.getLast()
                                .getAttributes()
                                .get(AttributeKey.longKey("gen_ai.usage.output_tokens")))
                .isEqualTo(7);
        assertThat(text(tool, "gen_ai.tool.type")).isEqualTo("function");
        assertThat(text(tool, "gen_ai.tool.call.id")).isEqualTo("call_1");
        assertThat(text(tool, "gen_ai.agent.name")).isEqualTo("assistant");
        for (SpanData call : calls) {
            assertThat(text(call, "gen_ai.conversation.id"))
                    .isEqualTo(answer.text("conversation_id"));
            assertThat(text(call, "gen_ai.agent.name")).isEqualTo("assistant");
            assertThat(text(call, "gen_ai.provider.name")).isEqualTo("openai");
            assertThat(text(call, "gen_ai.response.model")).isEqualTo(ModelStub.RESPONSE_MODEL);
            assertThat(text(call, "gen_ai.response.id")).isEqualTo(ModelStub.RESPONSE_ID);
            assertThat(text(call, "server.address")).isEqualTo("127.0.0.1");
            assertThat(call.getAttributes().get(AttributeKey.longKey("server.port"))).isPositive();
            assertThat(
                            call.getAttributes()
                                    .get(
                                            AttributeKey.doubleKey(
                                                    "gen_ai.response.time_to_first_chunk")))
                    .isPositive();
        }
        assertThat(calls)
                .extracting(call ->
                        call.getAttributes()
                                .get(AttributeKey.stringArrayKey("gen_ai.response.finish_reasons")))
                .containsExactly(List.of("tool_calls"), List.of("stop"));
        assertThat(ModelStub.traces())
                .hasSize(2)
                .allSatisfy(header -> assertThat(header).startsWith("00-" + TRACE));
    }

    /** The decision may come days later, in a trace of its own. */
    @Test
    void linksAttemptAfterPauseToTraceBefore() {
        Person person = Person.registered();
        ApiResponse waiting =
                person.posts(
                        "/api/chat",
                        "{\"message\":\"Remember that my home is"
                                + " Oslo\",\"agent_type\":\"offline\"}",
                        "traceparent",
                        "00-%s-b7ad6b7169203331-01".formatted(TRACE));
        assertThat(waiting.text("status")).isEqualTo("waiting");

        person.posts("/api/turns/%s/steps/1/approve".formatted(waiting.text("turn_id")), "{}");

        Wait.until(() -> named("invoke_agent offline").size() == 2);
        SpanData after = named("invoke_agent offline").getLast();
        assertThat(after.getTraceId()).isNotEqualTo(TRACE);
        assertThat(after.getLinks())
                .singleElement()
                .satisfies(link -> assertThat(link.getSpanContext().getTraceId()).isEqualTo(TRACE));
    }

    @Test
    void tellsWhereTurnFailsAndNeverWhatWasSaid() {
        Person person = Person.registered();
        exported.reset();

        person.says(ModelStub.ERROR_500, "assistant");
        person.says(SAID, "assistant");
        person.gets("/api/messages?q=secret");

        Wait.until(() -> named("GET /api/messages").size() == 1);
        Wait.until(() -> named("settle_turn").size() == 2);
        assertThat(named("chat stub-1").getFirst().getStatus().getStatusCode().name())
                .isEqualTo("ERROR");
        assertThat(text(named("chat stub-1").getFirst(), "error.type"))
                .isEqualTo("ModelEndpointFailure");
        assertThat(text(named("invoke_agent assistant").getFirst(), "error.type"))
                .isEqualTo("agent_failed");
        assertThat(exported.getFinishedSpanItems().toString())
                .doesNotContain("secret")
                .doesNotContain("client.address=127.0.0.1")
                .doesNotContain("peer.address=127.0.0.1");
    }

    @Test
    void tellsRefusedToolAndAnswerThatBrokeOff() {
        Person person = Person.registered();
        exported.reset();

        person.says("add " + "x".repeat(1_000), "assistant");
        person.says(ModelStub.HALF_ENDED_WELL, "assistant");

        Wait.until(() -> named("settle_turn").size() == 2);
        assertThat(text(one("execute_tool add_task"), "error.type")).isEqualTo("refused");
        assertThat(
                        named("chat stub-1")
                                .getLast()
                                .getAttributes()
                                .get(AttributeKey.stringArrayKey("gen_ai.response.finish_reasons")))
                .containsExactly("error");
        assertThat(exported.getFinishedSpanItems().toString()).doesNotContain("xxx");
    }

    private SpanData one(String name) {
        assertThat(named(name)).as(name).hasSize(1);
        return named(name).getFirst();
    }

    private List<SpanData> named(String name) {
        return exported.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }

    private static String text(SpanData span, String key) {
        return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(key)));
    }

    /** Where spans go. */
    @Singleton
    public static class Exporter {

        @Produces
        @Singleton
        InMemorySpanExporter exporter() {
            return InMemorySpanExporter.create();
        }
    }

    /** With traces. */
    public static final class Tracing implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.otel.sdk.disabled", "false",
                    "quarkus.otel.simple", "true",
                    "quarkus.otel.exporter.otlp.enabled", "false",
                    // Spans come in batches; what is waited for need not wait for the next one
                    "quarkus.otel.bsp.schedule.delay", "50MS",
                    "parley.tools.\"remember\".approval", "always");
        }
    }
}
