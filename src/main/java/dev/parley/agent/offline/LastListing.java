package dev.parley.agent.offline;

import dev.parley.agent.AgentRequest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The last numbered list that the person saw in this conversation. A number refers to this list:
 * with a new numbering, "delete 2" would delete another task once the first task is completed.
 */
record LastListing(List<AgentRequest.ChatMessage> history) {

    static final String REMARK = " — ";

    static final Pattern LINE = Pattern.compile("(?m)^(\\d{1,4})\\. (.+)" + REMARK + ".*$");

    /** The title of the task with this number. */
    Optional<String> titleAt(String number) {
        return history.reversed().stream()
                .filter(message -> message.speaker() == AgentRequest.Role.ASSISTANT)
                .map(reply -> LINE.matcher(reply.content()).results().toList())
                .filter(lines -> !lines.isEmpty())
                .findFirst()
                .flatMap(lines ->
                        lines.stream().filter(line -> line.group(1).equals(number)).findFirst())
                .map(line -> line.group(2));
    }
}
