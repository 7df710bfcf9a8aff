package dev.parley.turn.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.AgentEvent;
import dev.parley.turn.stream.StreamEvent;
import dev.parley.turn.stream.TurnStream;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/** The JSON of a turn's events, the same in every streaming API. */
@ApplicationScoped
public class EventJson {

    private final ObjectMapper json;
    private final Clock clock;

    EventJson(ObjectMapper json, Clock clock) {
        this.json = json;
        this.clock = clock;
    }

    public static String type(StreamEvent event) {
        return switch (event) {
            case StreamEvent.Opened opened -> "turn.opened";
            case StreamEvent.Delta delta -> "reply.delta";
            case StreamEvent.ToolCalled called -> "tool.called";
            case StreamEvent.ToolReturned returned -> "tool.returned";
            case StreamEvent.ApprovalAsked asked -> "approval.asked";
            case StreamEvent.ApprovalDecided decided -> "approval.decided";
            case StreamEvent.Delegated delegated -> "agent.delegated";
            case StreamEvent.MessageJoined joined -> "message.joined";
            case StreamEvent.Ended ended -> "turn." + ended.turn().status().text();
        };
    }

    public ObjectNode data(TurnStream stream, StreamEvent event) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("type", type(event));
        data.put("turn_id", stream.id().toString());
        data.put("conversation_id", stream.conversation().toString());
        switch (event) {
            case StreamEvent.Opened opened ->
                    data.setAll(
                            (ObjectNode)
                                    json.valueToTree(TurnView.of(opened.turn(), clock.instant())));
            case StreamEvent.Delta delta -> data.put("delta", delta.text());
            case StreamEvent.ToolCalled called -> {
                putStep(data, called.step());
                data.put("name", called.tool()).set("arguments", called.arguments());
            }
            case StreamEvent.ToolReturned returned -> {
                putStep(data, returned.step());
                data.put("name", returned.tool())
                        .put("ok", returned.ok())
                        .put("elapsed_ms", returned.elapsed().toMillis());
            }
            case StreamEvent.Delegated delegated ->
                    data.put("step", delegated.step())
                            .put("agent_type", delegated.agent().value())
                            .put("status", delegated.status().text());
            case StreamEvent.MessageJoined joined -> data.put("joined_turn_id", joined.turn());
            case StreamEvent.ApprovalAsked(_, AgentEvent.ApprovalAsked asked) ->
                    data.put("step", asked.step())
                            .put("tool", asked.tool())
                            .put("summary", asked.summary())
                            .put("expires_at", asked.expiresAt().toString())
                            .set("arguments", asked.arguments());
            case StreamEvent.ApprovalDecided(_, AgentEvent.ApprovalDecided decided) ->
                    data.put("step", decided.step())
                            .put("decision", decided.decision())
                            .put("by", decided.by());
            case StreamEvent.Ended ended ->
                    data.setAll(
                            (ObjectNode)
                                    json.valueToTree(TurnView.of(ended.turn(), clock.instant())));
        }
        return data;
    }

    /** Events of an older version have no step. */
    private static void putStep(ObjectNode data, String step) {
        if (!step.isEmpty()) {
            data.put("step", step);
        }
    }
}
