package dev.parley.agent.offline;

import dev.parley.agent.AgentRequest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The numbered list that the person saw last in this conversation. A number means what it meant
 * there: numbering the tasks anew would let "delete 2" hit another one once the first is done.
 */
record LastListing(List<AgentRequest.ChatMessage> history) {

    static final String REMARK = " — ";

    static final Pattern LINE = Pattern.compile("(?m)^(\\d{1,4})\\. (.+)" + REMARK + ".*$");

    /** The title that bore the number. */
    Optional<String> titleAt(String number) {
        return history.reversed().stream()
                .filter(said -> said.speaker() == AgentRequest.Speaker.ASSISTANT)
                .map(reply -> LINE.matcher(reply.content()).results().toList())
                .filter(lines -> !lines.isEmpty())
                .findFirst()
                .flatMap(lines ->
                        lines.stream().filter(line -> line.group(1).equals(number)).findFirst())
                .map(line -> line.group(2));
    }
}
