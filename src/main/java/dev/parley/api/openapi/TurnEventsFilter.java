package dev.parley.api.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Discriminator;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * Describes the data of the events of a turn, which server-sent events and WebSockets carry: {@code
 * TurnEvent}, of which {@code type} tells the kind. The body of an event stream is text whose
 * {@code data} lines are such events; OpenAPI 3.1 has no other way to tell it.
 */
@OpenApiFilter(value = OpenApiFilter.RunStage.BUILD, priority = TurnEventsFilter.AFTER_NAMES)
public class TurnEventsFilter implements OASFilter {

    static final int AFTER_NAMES = SchemaNamesFilter.AFTER_OTHERS - 1;

    private static final String EVENT = "TurnEvent";
    private static final String TURN = "Turn";
    private static final String TYPE = "type";
    private static final String EVENT_STREAM = "text/event-stream";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        Map<String, Schema> schemas = new TreeMap<>(document.getComponents().getSchemas());
        Schema turn = Objects.requireNonNull(schemas.get(TURN), TURN);
        List<Event> events = events(turn);
        events.forEach(event -> schemas.put(event.name(), event.schema()));
        schemas.put(EVENT, oneOf(events));
        document.getComponents().setSchemas(schemas);
        Documented.operations(document).forEach(TurnEventsFilter::describeStreams);
    }

    private static void describeStreams(Operation operation) {
        Documented.responses(operation)
                .flatMap(response -> Stream.ofNullable(response.getValue().getContent()))
                .flatMap(content -> Stream.ofNullable(content.getMediaType(EVENT_STREAM)))
                .forEach(TurnEventsFilter::describeStream);
    }

    private static void describeStream(MediaType stream) {
        stream.setSchema(
                text().description(
                                "Server-sent events (HTML standard); the `data` of each is a "
                                        + EVENT)
                        .contentMediaType(EVENT_STREAM)
                        .contentSchema(ref(EVENT)));
    }

    private static List<Event> events(Schema turn) {
        return List.of(
                Event.ofTurn(
                        "TurnOpenedEvent",
                        "The turn runs or is queued; sent again when a turn resumes after a crash"
                                + " or a pause",
                        turn,
                        "turn.opened"),
                Event.of(
                        "ReplyDeltaEvent",
                        "The next piece of the reply",
                        Map.of("delta", text()),
                        Map.of(),
                        "reply.delta"),
                Event.of(
                        "ToolCalledEvent",
                        "The agent calls a tool",
                        Map.of("name", text(), "arguments", type(SchemaType.OBJECT)),
                        Map.of("step", text()),
                        "tool.called"),
                Event.of(
                        "ToolReturnedEvent",
                        "The tool has returned",
                        Map.of(
                                "name",
                                text(),
                                "ok",
                                type(SchemaType.BOOLEAN),
                                "elapsed_ms",
                                type(SchemaType.INTEGER).format("int64")),
                        Map.of("step", text()),
                        "tool.returned"),
                Event.of(
                        "ApprovalAskedEvent",
                        "A person has to approve a tool call; the turn waits, and the stream stays"
                                + " open",
                        Map.of(
                                "step",
                                text(),
                                "tool",
                                text(),
                                "arguments",
                                type(SchemaType.OBJECT),
                                "summary",
                                text(),
                                "expires_at",
                                text().format("date-time")),
                        Map.of(),
                        "approval.asked"),
                Event.of(
                        "ApprovalDecidedEvent",
                        "It was decided whether a tool call runs; the turn goes on",
                        Map.of(
                                "step",
                                text(),
                                "decision",
                                text().enumeration(List.of("approved", "denied", "expired")),
                                "by",
                                text().enumeration(List.of("owner", "admin", "nobody"))),
                        Map.of(),
                        "approval.decided"),
                Event.of(
                        "AgentDelegatedEvent",
                        "The work of an agent that another agent delegated to has come further",
                        Map.of(
                                "step",
                                text(),
                                "agent_type",
                                text(),
                                "status",
                                text().enumeration(
                                                List.of(
                                                        "started",
                                                        "succeeded",
                                                        "failed",
                                                        "timed_out",
                                                        "waiting"))),
                        Map.of(),
                        "agent.delegated"),
                Event.of(
                        "MessageJoinedEvent",
                        "A message that was sent with when_busy steer has joined the turn, whose"
                                + " reply answers it",
                        Map.of("joined_turn_id", text().format("uuid")),
                        Map.of(),
                        "message.joined"),
                Event.ofTurn(
                        "TurnEndedEvent",
                        "The turn as it ended; the last event",
                        turn,
                        "turn.succeeded",
                        "turn.failed",
                        "turn.timed_out",
                        "turn.cancelled",
                        "turn.interrupted",
                        "turn.steered"));
    }

    private static Schema oneOf(List<Event> events) {
        Discriminator discriminator = OASFactory.createDiscriminator().propertyName(TYPE);
        Schema schema =
                OASFactory.createSchema()
                        .description("An event of a turn; the data of a server-sent event")
                        .discriminator(discriminator);
        events.forEach(event -> {
            schema.addOneOf(ref(event.name()));
            event.types()
                    .forEach(type ->
                            discriminator.addMapping(type, Documented.SCHEMAS + event.name()));
        });
        return schema;
    }

    private static Schema text() {
        return type(SchemaType.STRING);
    }

    private static Schema type(SchemaType type) {
        return OASFactory.createSchema().addType(type);
    }

    private static Schema ref(String name) {
        return OASFactory.createSchema().ref(name);
    }

    /** The events of one schema. */
    private record Event(String name, List<String> types, Schema schema) {

        /** An event with these fields and the ids of the turn and its conversation. */
        static Event of(
                String name,
                String description,
                Map<String, Schema> fields,
                Map<String, Schema> optional,
                String type) {
            Map<String, Schema> all = new TreeMap<>(fields);
            all.put("turn_id", text().format("uuid"));
            all.put("conversation_id", text().format("uuid"));
            List<String> required = List.copyOf(all.keySet());
            all.putAll(optional);
            return of(name, description, all, required, List.of(type));
        }

        /** An event that has the fields of a turn. */
        static Event ofTurn(String name, String description, Schema turn, String... types) {
            return of(name, description, turn.getProperties(), turn.getRequired(), List.of(types));
        }

        private static Event of(
                String name,
                String description,
                Map<String, Schema> fields,
                List<String> required,
                List<String> types) {
            Map<String, Schema> properties = new TreeMap<>(fields);
            properties.put(TYPE, text().enumeration(List.copyOf(types)));
            Schema schema =
                    type(SchemaType.OBJECT)
                            .description(description)
                            .properties(properties)
                            .required(Stream.concat(Stream.of(TYPE), required.stream()).toList());
            return new Event(name, types, schema);
        }
    }
}
