package dev.parley.agent.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApprovalRuleTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode SCHEMA =
            json(
                    """
                    {"type": "object", "properties": {
                      "title": {"type": "string"},
                      "priority": {"type": "string", "enum": ["low", "urgent"]},
                      "amount": {"type": "number"},
                      "due_on": {"type": "string", "format": "date"},
                      "done": {"type": ["boolean", "null"]},
                      "tags": {"type": "array", "items": {"type": "string"}},
                      "address": {"type": "object", "properties": {"city": {"type": "string"}}},
                      "extra": {"type": "object"}
                    }}
                    """);

    @ParameterizedTest
    @CsvSource({
        "never, NONE",
        "always, EACH_CALL",
        "' Always ', EACH_CALL",
        "once_per_conversation, ONCE_PER_CONVERSATION",
        "once-per-conversation, ONCE_PER_CONVERSATION",
        "when title = x, EACH_CALL",
        "when:title = x, EACH_CALL",
        "when title = y, NONE"
    })
    void demandsWhatTheRuleSays(String rule, Demand demand) {
        assertThat(ApprovalRule.parse(rule).demand(json("{\"title\": \"x\"}"))).isEqualTo(demand);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "priority = urgent",
                "priority = URGENT",
                "priority != low",
                "amount > 100",
                "amount>100",
                "amount >= 100.5 and amount <= 100.50",
                "amount < 1e3",
                "amount = 100.50",
                "title contains delete",
                "title contains \"DELETE all\"",
                "title contains 'all tasks'",
                "due_on >= 2026-12-24",
                "due_on < 2027-01-01",
                "tags contains secret",
                "address.city = Berlin",
                "address.city is present",
                "done = true",
                "amount < 5 or priority = urgent",
                "priority = urgent and amount < 5 or title contains tasks",
                "location is missing"
            })
    void asksWhereTheConditionHolds(String condition) {
        assertThat(ApprovalRule.parse("when " + condition).asks(arguments())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "priority = low",
                "priority != urgent",
                "amount > 100.5",
                "amount < 100.5",
                "amount = 100",
                "title contains add",
                "due_on > 2026-12-24",
                "tags contains public",
                "address.city = Rome",
                "location is present",
                "title is missing",
                "done = false",
                "priority = urgent and amount < 5",
                "priority = low or amount < 5"
            })
    void doesNotAskWhereTheConditionDoesNotHold(String condition) {
        assertThat(ApprovalRule.parse("when " + condition).asks(arguments())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "priority = urgent",
                "priority != urgent",
                "amount > 100",
                "title contains delete",
                "due_on < 2026-12-24",
                "a.b.c = x"
            })
    void asksWhenInDoubt(String condition) {
        ApprovalRule rule = ApprovalRule.parse("when " + condition);

        for (String doubtful :
                List.of(
                        "{}",
                        "{\"priority\": null, \"amount\": null, \"title\": null, \"due_on\": null}",
                        "{\"priority\": [], \"amount\": {}, \"title\": {}, \"due_on\": []}",
                        "{\"priority\": 5, \"amount\": \"many\", \"title\": 5, \"due_on\":"
                                + " \"soon\"}",
                        "[]",
                        "\"text\"")) {
            assertThat(rule.asks(json(doubtful))).as(doubtful).isTrue();
        }
    }

    @Test
    void doesNotAskForMissingArgumentThatTheConditionExcludes() {
        ApprovalRule rule = ApprovalRule.parse("when priority is present and priority = urgent");

        assertThat(rule.asks(json("{}"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ｄｅｌｅｔｅ all", "de\u200Blete", "\u202Edelete", "DELETE"})
    void findsTextThatIsWrittenInAnotherWay(String title) {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode().put("title", title);

        assertThat(ApprovalRule.parse("when title contains delete").asks(arguments)).isTrue();
    }

    @Test
    void comparesNumbersThatAreTextOrHuge() {
        ApprovalRule rule = ApprovalRule.parse("when amount > 100");

        assertThat(rule.asks(json("{\"amount\": \"100.01\"}"))).isTrue();
        assertThat(rule.asks(json("{\"amount\": \" 99\"}"))).isFalse();
        assertThat(rule.asks(json("{\"amount\": 1e400}"))).isTrue();
        assertThat(rule.asks(json("{\"amount\": \"%s\"}".formatted("0".repeat(100_000))))).isTrue();
    }

    /** Any two numbers, in any spelling, compare as numbers do. */
    @Test
    void comparesAnyNumbers() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            BigDecimal argument = BigDecimal.valueOf(random.nextInt(-500, 500), random.nextInt(4));
            BigDecimal limit = BigDecimal.valueOf(random.nextInt(-500, 500), random.nextInt(4));
            ObjectNode arguments = JsonNodeFactory.instance.objectNode().put("n", argument);
            String as = "%s, %s, seed %d".formatted(argument, limit, seed);
            int order = argument.compareTo(limit);

            assertThat(asks("n > " + limit, arguments)).as(as).isEqualTo(order > 0);
            assertThat(asks("n >= " + limit, arguments)).as(as).isEqualTo(order >= 0);
            assertThat(asks("n < " + limit, arguments)).as(as).isEqualTo(order < 0);
            assertThat(asks("n <= " + limit, arguments)).as(as).isEqualTo(order <= 0);
            assertThat(asks("n = " + limit, arguments)).as(as).isEqualTo(order == 0);
            assertThat(asks("n != " + limit, arguments)).as(as).isEqualTo(order != 0);
        }
    }

    /** A text of any tokens is a rule or is refused with a sentence, and a rule can be asked. */
    @Test
    void parsesOrRefusesAnyText() {
        List<String> parts =
                List.of(
                        "when ",
                        "a",
                        " ",
                        "=",
                        "and ",
                        "or ",
                        "is ",
                        "present",
                        "\"",
                        "'",
                        "<",
                        "contains ",
                        "5",
                        ".",
                        "!",
                        "never",
                        "2026-12-24",
                        "\u0000",
                        "ü",
                        "(");
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "when a = b and " : "");
            IntStream.range(0, random.nextInt(12))
                    .forEach(part -> text.append(parts.get(random.nextInt(parts.size()))));
            try {
                ApprovalRule rule = ApprovalRule.parse(text.toString());
                rule.asks(arguments());
                rule.mistakes(SCHEMA);
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage())
                        .as("%s, seed %d", text, seed)
                        .matches("(?s)(Write|Expected|A quotation|[^ ]+ [<>]=? needs).*\\.");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sometimes                | Write never, always, once_per_conversation, or when",
                "''                       | Write never, always",
                "when                     | Write never, always",
                "when:                    | Expected the name of an argument, found the end.",
                "when title               | Expected =, !=, <, <=, >, >=, contains, is present or"
                        + " is missing, found the end.",
                "when title == x          | found \"==\"",
                "when title =             | Expected a value, found the end.",
                "when title = = x         | Expected a value, found \"=\".",
                "when title = buy milk    | a text of several words needs quotation marks, found"
                        + " \"milk\".",
                "when title contains \"x  | A quotation mark is not closed.",
                "when title is blue       | Expected present or missing after is, found \"blue\".",
                "when title > blue        | title > needs a number or a date such as 2026-12-24,"
                        + " not \"blue\".",
                "when title = x and       | Expected the name of an argument, found the end.",
            })
    void refusesTextThatIsNoRule(String text, String message) {
        assertThatThrownBy(() -> ApprovalRule.parse(text)).hasMessageContaining(message);
    }

    @Test
    void refusesLongRule() {
        String condition = "when title = x" + " or title = x".repeat(40);

        assertThatThrownBy(() -> ApprovalRule.parse(condition))
                .hasMessage("The rule has 534 characters; at most 500 are allowed.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "titel = x            | The tool has no argument titel; choose from address,"
                        + " amount,",
                "title.length > 5     | The tool has no argument title.length.",
                "address.street = x   | The tool has no argument address.street; choose from city.",
                "priority = high      | the argument is one of low, urgent.",
                "title > 5            | title > 5 does not fit: the argument is a text.",
                "title < 2026-12-24   | the argument is a text.",
                "amount = many        | the argument is a number.",
                "amount contains 5    | amount contains does not fit: the argument is a number.",
                "due_on = tomorrow    | the argument is a date such as 2026-12-24.",
                "due_on > 5           | the argument is a date such as 2026-12-24.",
                "done = maybe         | the argument is true or false.",
                "tags = x             | the argument is a list: use contains, is present or is"
                        + " missing.",
                "address = x          | name a part of it as in address.city.",
            })
    void findsWhatDoesNotFitTheTool(String condition, String mistake) {
        assertThat(ApprovalRule.parse("when " + condition).mistakes(SCHEMA))
                .singleElement()
                .asString()
                .contains(mistake);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "title = x and priority = Urgent and amount >= 5 and due_on != 2026-12-24",
                "done = true or tags contains x or address.city contains y or extra.any = z",
                "tags is present or address is missing"
            })
    void acceptsWhatFitsTheTool(String condition) {
        assertThat(ApprovalRule.parse("when " + condition).mistakes(SCHEMA)).isEmpty();
    }

    private static boolean asks(String condition, JsonNode arguments) {
        return ApprovalRule.parse("when " + condition).asks(arguments);
    }

    private static JsonNode arguments() {
        return json(
                """
                {"title": "Delete all tasks", "priority": "urgent", "amount": 100.5,
                 "due_on": "2026-12-24", "done": true, "tags": ["a", "Secret plan"],
                 "address": {"city": " Berlin "}}
                """);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException(failure);
        }
    }
}
