package dev.parley.agent.assistant;

import dev.parley.agent.Briefing;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The numbered list that the person saw last in this conversation. A number means what it meant
 * there: numbering the tasks anew would let "delete 2" hit another one once the first is done.
 */
final class ShownList {

    static final String REMARK = " — ";

    private static final Pattern LINE = Pattern.compile("(?m)^(\\d{1,4})\\. (.+)" + REMARK + ".*$");

    private final List<Briefing.Utterance> history;

    ShownList(List<Briefing.Utterance> history) {
        this.history = history;
    }

    /** The title that bore the number. */
    Optional<String> titleAt(String number) {
        return history.reversed().stream()
                .filter(said -> said.speaker() == Briefing.Speaker.ASSISTANT)
                .map(Briefing.Utterance::content)
                .filter(reply -> LINE.matcher(reply).find())
                .findFirst()
                .flatMap(list -> titleAt(number, list));
    }

    private static Optional<String> titleAt(String number, String list) {
        return LINE.matcher(list)
                .results()
                .filter(line -> line.group(1).equals(number))
                .map(line -> line.group(2))
                .findFirst();
    }
}
