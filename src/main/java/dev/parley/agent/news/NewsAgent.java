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
 * Lists a user's unread notifications, and marks them as read on request. The agent needs no model,
 * because the tools already return the notifications.
 */
@ApplicationScoped
class NewsAgent implements Agent {

    private static final int MAX_SHOWN = 10;

    /**
     * Maximum length of a request to markRead notifications as read. A longer text is not searched.
     */
    private static final int MAX_REQUEST_LENGTH = 200;

    private static final Pattern MARK =
            Pattern.compile("(?<!\\w)(?:mark|set|clear|dismiss|read)(?!\\w)");
    private static final Pattern WHAT =
            Pattern.compile("(?<!\\w)(?:read|all|everything|them|news|notifications)(?!\\w)");
    private static final Pattern SEEN = Pattern.compile("(?<!\\w)i have (?:seen|read)(?!\\w)");
    private static final Pattern PIECE = Pattern.compile("\\S+\\s*|\\s+");

    @Override
    public AgentType type() {
        return AgentType.NEWS;
    }

    @Override
    public String description() {
        return "Lists your unread notifications.";
    }

    @Override
    public void answer(AgentRequest request, Consumer<AgentEvent> events) {
        String reply =
                isMarkRequest(request.message())
                        ? markRead(request.toolbox())
                        : listUnread(request.toolbox());
        Matcher pieces = PIECE.matcher(reply);
        while (pieces.find()) {
            events.accept(new AgentEvent.ReplyDelta(pieces.group()));
        }
    }

    private static boolean isMarkRequest(String message) {
        return message.length() <= MAX_REQUEST_LENGTH
                && message.toLowerCase(Locale.ENGLISH)
                        .lines()
                        .anyMatch(line -> isToMark(line) || SEEN.matcher(line).find());
    }

    /** The first verb decides: whatever follows a later verb follows the first one, too. */
    private static boolean isToMark(String line) {
        Matcher mark = MARK.matcher(line);
        return mark.find() && WHAT.matcher(line).find(mark.end());
    }

    private static String markRead(Toolbox toolbox) {
        Toolbox.ToolResult marked = toolbox.call("mark_notifications_read", arguments());
        if (!marked.ok()) {
            return failureReply(marked);
        }
        long read = marked.content().path("read").asLong();
        return read == 0
                ? "There was nothing left to read."
                : "I have marked %d as read.".formatted(read);
    }

    private static String listUnread(Toolbox toolbox) {
        Toolbox.ToolResult listed =
                toolbox.call("list_notifications", arguments().put("unread", true));
        if (!listed.ok()) {
            return failureReply(listed);
        }
        JsonNode notifications = listed.content().path("notifications");
        if (notifications.isEmpty()) {
            return "There is nothing new: you have read everything.";
        }
        List<String> lines = new ArrayList<>();
        for (JsonNode notification : notifications) {
            if (lines.size() < MAX_SHOWN) {
                lines.add("%d. %s".formatted(lines.size() + 1, line(notification)));
            }
        }
        boolean isComplete =
                listed.content().path("all_shown").asBoolean(true)
                        && notifications.size() <= MAX_SHOWN;
        return "This is new:\n%s\n%sSay \"mark all as read\" when you have seen it."
                .formatted(String.join("\n", lines), isComplete ? "\n" : "and more.\n\n");
    }

    private static String line(JsonNode notification) {
        String body = notification.path("body").asText("");
        String title = notification.path("title").asText();
        return body.isEmpty() ? title : title + " — " + body;
    }

    private static String failureReply(Toolbox.ToolResult result) {
        return "That did not work: " + result.content().path("error").asText();
    }

    private static ObjectNode arguments() {
        return JsonNodeFactory.instance.objectNode();
    }
}
