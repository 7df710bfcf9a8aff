package dev.parley.agent.news;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.Agent;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentRequest;
import dev.parley.agent.AgentType;
import dev.parley.agent.tool.Toolbox;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells a user what they have not read yet, and marks it as read when asked to. Needs no model:
 * what is new is known, and telling it is no art.
 */
@ApplicationScoped
class NewsAgent implements Agent {

    private static final int MAX_SHOWN = 10;

    /** No request for it is longer; a long text is not searched. */
    private static final int MAX_REQUEST_LENGTH = 200;

    private static final Pattern MARK =
            Pattern.compile(
                    "\\b(?:mark|set|clear|dismiss|read)\\b.*\\b(?:read|all|everything|them|news|notifications)\\b|\\bi"
                        + " have (?:seen|read)\\b");
    private static final Pattern PIECE = Pattern.compile("\\S+\\s*|\\s+");

    @Override
    public AgentType type() {
        return AgentType.NEWS;
    }

    @Override
    public String description() {
        return "Tells what is new: the notifications that you have not read yet.";
    }

    @Override
    public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
        String reply =
                wantsToMark(briefing.message())
                        ? mark(briefing.toolbox())
                        : tell(briefing.toolbox());
        Matcher pieces = PIECE.matcher(reply);
        while (pieces.find()) {
            hear.accept(new AgentEvent.ReplyDelta(pieces.group()));
        }
    }

    private static boolean wantsToMark(String message) {
        return message.length() <= MAX_REQUEST_LENGTH
                && MARK.matcher(message.toLowerCase(Locale.ENGLISH)).find();
    }

    private static String mark(Toolbox toolbox) {
        Toolbox.ToolResult marked = toolbox.call("mark_notifications_read", arguments());
        if (!marked.ok()) {
            return failed(marked);
        }
        long read = marked.content().path("read").asLong();
        return read == 0
                ? "There was nothing left to read."
                : "I have marked %d as read.".formatted(read);
    }

    private static String tell(Toolbox toolbox) {
        Toolbox.ToolResult listed =
                toolbox.call("list_notifications", arguments().put("unread", true));
        if (!listed.ok()) {
            return failed(listed);
        }
        JsonNode notifications = listed.content().path("notifications");
        if (notifications.isEmpty()) {
            return "There is nothing new: you have read everything.";
        }
        List<String> lines = new ArrayList<>();
        for (JsonNode node : notifications) {
            if (lines.size() < MAX_SHOWN) {
                lines.add("%d. %s".formatted(lines.size() + 1, line(node)));
            }
        }
        boolean areAll =
                listed.content().path("all_shown").asBoolean(true)
                        && notifications.size() <= MAX_SHOWN;
        return "This is new:\n%s\n%sSay \"mark all as read\" when you have seen it."
                .formatted(String.join("\n", lines), areAll ? "\n" : "and more.\n\n");
    }

    private static String line(JsonNode notification) {
        String body = notification.path("body").asText("");
        String title = notification.path("title").asText();
        return body.isEmpty() ? title : title + " — " + body;
    }

    private static String failed(Toolbox.ToolResult outcome) {
        return "That did not work: " + outcome.content().path("error").asText();
    }

    private static ObjectNode arguments() {
        return JsonNodeFactory.instance.objectNode();
    }
}
