package dev.parley.turn.web.ws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * docs/asyncapi.yaml describes the WebSocket. Its schemas are those of docs/openapi.yaml, with what
 * the WebSocket adds; the rest is written by hand. Run this test with {@code
 * -Dparley.docs.write=true} to write the schemas anew. SocketClient holds each message against
 * them.
 */
class AsyncApiDocumentTest {

    private static final YamlFile FILE = new YamlFile(Path.of("docs", "asyncapi.yaml"));
    private static final YamlFile OPENAPI = new YamlFile(Path.of("docs", "openapi.yaml"));
    private static final String PREFIX = "#/components/schemas/";
    private static final List<String> EVENTS =
            List.of(
                    "TurnOpened",
                    "ReplyDelta",
                    "ToolCalled",
                    "ToolReturned",
                    "AgentDelegated",
                    "MessageJoined",
                    "ApprovalAsked",
                    "ApprovalDecided",
                    "TurnEnded");

    private static final List<String> OTHER_MESSAGES =
            List.of(
                    "ProblemMessage",
                    "QueueListedMessage",
                    "QueueEditedMessage",
                    "QueueRemovedMessage",
                    "QuotaReadMessage",
                    "UnreadCountMessage");

    /** What only the WebSocket has. */
    private static final String OWN =
            """
            FollowCommand:
              type: object
              required: [type, turn_id]
              properties:
                type: {type: string, const: follow}
                ref: &ref
                  type: string
                  maxLength: 64
                  description: A name for the command, which the messages that answer it repeat
                turn_id: {type: string, format: uuid, description: The turn to follow}
                after: {type: integer, minimum: 0, description: 'The number of the last event received; 0 for none'}
            CancelCommand:
              type: object
              required: [type, turn_id]
              properties:
                type: {type: string, const: cancel}
                ref: *ref
                turn_id: {type: string, format: uuid, description: The turn to cancel}
            QueueCommand:
              type: object
              required: [type, conversation_id]
              properties:
                type: {type: string, const: queue}
                ref: *ref
                conversation_id: &conversation {type: string, format: uuid, description: The conversation of the queue}
            RemoveCommand:
              type: object
              required: [type, conversation_id, turn_id]
              properties:
                type: {type: string, const: remove}
                ref: *ref
                conversation_id: *conversation
                turn_id: {type: string, format: uuid, description: The queued turn to remove}
            EditCommand:
              type: object
              required: [type, conversation_id, turn_id, message]
              properties:
                type: {type: string, const: edit}
                ref: *ref
                conversation_id: *conversation
                turn_id: {type: string, format: uuid, description: The queued turn whose message is replaced}
                message: {type: string, maxLength: 32000, pattern: \\S, description: 'The new message, at most 32,000 characters'}
            QuotaCommand:
              type: object
              required: [type]
              properties:
                type: {type: string, const: quota}
                ref: *ref
            QueueListedMessage:
              type: object
              required: [type, conversation_id, data]
              properties:
                type: {type: string, const: queue.listed}
                ref: *ref
                conversation_id: *conversation
                data:
                  type: array
                  description: The queued turns in the order in which they will run
                  items: {$ref: '#/components/schemas/QueuedTurn'}
            QueueRemovedMessage:
              type: object
              required: [type, conversation_id, turn_id]
              properties:
                type: {type: string, const: queue.removed}
                ref: *ref
                conversation_id: *conversation
                turn_id: {type: string, format: uuid, description: 'The turn, which never runs and whose queries are given back'}
            UnreadCountMessage:
              type: object
              required: [type, unread]
              properties:
                type: {type: string, const: notifications.unread}
                unread: {type: integer, minimum: 0, description: The number of unread notifications}
            """;

    @Test
    void hasTheSchemasOfTheOpenApiDocument() throws IOException {
        ObjectNode document = (ObjectNode) FILE.read();
        ((ObjectNode) document.path("components")).set("schemas", schemas());

        if (Boolean.getBoolean("parley.docs.write")) {
            FILE.write(document);
        }

        assertThat(FILE.text()).isEqualTo(YamlFile.text(document));
    }

    private static ObjectNode schemas() {
        Map<String, JsonNode> schemas = new TreeMap<>();
        ObjectNode own = (ObjectNode) YamlFile.parsed(OWN);
        own.properties().forEach(schema -> schemas.put(schema.getKey(), schema.getValue()));
        JsonNode ref = own.at("/FollowCommand/properties/ref");
        for (String event : EVENTS) {
            ObjectNode message = copy(event + "Event");
            property(message, "ref", ref, false);
            property(
                    message,
                    "number",
                    YamlFile.parsed(
                            "{type: integer, minimum: 1, description: The number of the event}"),
                    true);
            schemas.put(event + "Message", message);
        }
        ObjectNode chat = copy("ChatRequest");
        property(chat, "type", YamlFile.parsed("{type: string, const: chat}"), true);
        property(chat, "ref", ref, false);
        property(
                chat,
                "idempotency_key",
                YamlFile.parsed(
                        "{type: string, minLength: 1, maxLength: 255, description: 'As"
                                + " Idempotency-Key of POST /api/chat'}"),
                false);
        schemas.put("ChatCommand", chat);
        ObjectNode problem = copy("Problem");
        property(problem, "problem_type", problem.at("/properties/type"), true);
        property(problem, "type", YamlFile.parsed("{type: string, const: problem}"), true);
        property(problem, "ref", ref, false);
        schemas.put("ProblemMessage", problem);
        ObjectNode edited = copy("QueuedTurn");
        property(edited, "type", YamlFile.parsed("{type: string, const: queue.edited}"), true);
        property(edited, "ref", ref, false);
        property(
                edited,
                "conversation_id",
                own.at("/QueueCommand/properties/conversation_id"),
                true);
        schemas.put("QueueEditedMessage", edited);
        ObjectNode quota = copy("Quota");
        property(quota, "type", YamlFile.parsed("{type: string, const: quota.read}"), true);
        property(quota, "ref", ref, false);
        schemas.put("QuotaReadMessage", quota);
        schemas.put("ServerMessage", oneOfMessages());
        addReferenced(schemas);
        ObjectNode all = YamlFile.object();
        schemas.forEach(all::set);
        return all;
    }

    private static JsonNode oneOfMessages() {
        ObjectNode schema = YamlFile.object().put("description", "What Parley sends");
        ArrayNode oneOf = schema.putArray("oneOf");
        EVENTS.forEach(event -> oneOf.addObject().put("$ref", PREFIX + event + "Message"));
        OTHER_MESSAGES.forEach(message -> oneOf.addObject().put("$ref", PREFIX + message));
        return schema;
    }

    private static ObjectNode copy(String name) {
        return schema(name).deepCopy();
    }

    private static ObjectNode schema(String name) {
        return (ObjectNode) OPENAPI.read().at("/components/schemas/" + name);
    }

    private static void property(
            ObjectNode schema, String name, JsonNode property, boolean isRequired) {
        ((ObjectNode) schema.path("properties")).set(name, property);
        ArrayNode required = schema.withArray("required");
        if (isRequired && required.valueStream().noneMatch(field -> field.asText().equals(name))) {
            required.add(name);
        }
    }

    /** Adds the schemas of the OpenAPI document that the schemas refer to. */
    private static void addReferenced(Map<String, JsonNode> schemas) {
        Deque<JsonNode> unseen = new ArrayDeque<>(schemas.values());
        while (!unseen.isEmpty()) {
            for (String reference : unseen.pop().findValuesAsText("$ref")) {
                String name = reference.substring(PREFIX.length());
                if (!schemas.containsKey(name)) {
                    schemas.put(name, schema(name));
                    unseen.add(schema(name));
                }
            }
        }
    }
}
