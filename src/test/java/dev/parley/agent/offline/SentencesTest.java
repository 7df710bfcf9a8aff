package dev.parley.agent.offline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentRequest;
import dev.parley.agent.Steering;
import dev.parley.agent.UserContext;
import dev.parley.agent.tool.SingleCallToolbox;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every form of sentence that the assistant understands, and what it does then: the tools that it
 * calls, and the beginning of what it says. Today is Friday, 2026-11-20.
 */
class SentencesTest {

    /** What it does for a sentence. */
    static final String CALLS =
            """
            Add a task: pay the rent                      -> add_task title=pay the rent
            add me a new high priority task to pay rent   -> add_task priority=high title=pay rent
            create another low-priority todo: pay rent    -> add_task priority=low title=pay rent
            new item pay rent                             -> add_task title=pay rent
            new urgent reminder for pay rent              -> add_task priority=urgent title=pay rent
            make a to-do named “pay rent”                 -> add_task title=pay rent
            note: pay rent                                -> add_task title=pay rent
            put pay rent on my to-do list                 -> add_task title=pay rent
            add pay rent in the list, please              -> add_task title=pay rent
            remind me that rent is high                   -> add_task title=rent is high
            remember to pay rent                          -> add_task title=pay rent
            I have to pay rent                            -> add_task title=pay rent
            I must pay rent                               -> add_task title=pay rent
            I should pay rent                             -> add_task title=pay rent
            don't let me forget to pay rent               -> add_task title=pay rent
            Don’t let me forget to pay rent               -> add_task title=pay rent
            task: pay rent                                -> add_task title=pay rent
            add task pay rent, due by Friday              -> add_task due_on=2026-11-27 title=pay rent
            add task pay rent until the end of the month  -> add_task due_on=2026-11-30 title=pay rent
            add task pay rent before in two weeks         -> add_task due_on=2026-12-04 title=pay rent
            add task pay rent for tomorrow, urgent        -> add_task due_on=2026-11-21 priority=urgent title=pay rent
            add task pay rent, urgent, for tomorrow       -> add_task due_on=2026-11-21 priority=urgent title=pay rent
            add task pay rent (urgent)                    -> add_task priority=urgent title=pay rent
            add task pay rent - medium priority           -> add_task priority=normal title=pay rent
            add task pay rent at a low-priority           -> add_task priority=low title=pay rent
            add task pay rent as urgent                   -> add_task priority=urgent title=pay rent
            add task pay rent and priority: high          -> add_task priority=high title=pay rent
            add task pay rent tomorrow Friday             -> add_task due_on=2026-11-27 title=pay rent tomorrow
            add task pay rent on 30 February              -> add_task title=pay rent on 30 February
            add task call the bank about 12.12.           -> add_task title=call the bank about 12.12
            Hey, could you please add a task: pay   rent? -> add_task title=pay rent
            ok! I'd like you to add task pay rent for me  -> add_task title=pay rent
            So let's add task pay rent. Thanks!           -> add_task title=pay rent
            add task pay rent, thank you!                 -> add_task title=pay rent
            now and then pay rent                         -> nothing
            ADD TASK PAY RENT TOMORROW                    -> add_task due_on=2026-11-21 title=PAY RENT
            complete buy milk                             -> change_task id=milk status=completed
            finish the task "buy milk"                    -> change_task id=milk status=completed
            close my todo buy milk                        -> change_task id=milk status=completed
            tick off milk                                 -> change_task id=milk status=completed
            check off item milk                           -> change_task id=milk status=completed
            done with buy milk                            -> change_task id=milk status=completed
            done: buy milk                                -> change_task id=milk status=completed
            I've just finished the report                 -> change_task id=report status=completed
            I did write the report                        -> change_task id=report status=completed
            I have done the report task                   -> change_task id=report status=completed
            the report is complete                        -> change_task id=report status=completed
            milk is finished.                             -> change_task id=milk status=completed
            is milk finished?                             -> nothing
            set buy milk to completed                     -> change_task id=milk status=completed
            mark number 2 done                            -> change_task id=report status=completed
            mark task no. 2 as finished                   -> change_task id=report status=completed
            complete #2                                   -> change_task id=report status=completed
            complete 9                                    -> nothing
            mark buy milk as started                      -> change_task id=milk status=in_progress
            set the report to begun                       -> change_task id=report status=in_progress
            begin with the report                         -> change_task id=report status=in_progress
            start task 1                                  -> change_task id=milk status=in_progress
            set the photos to open                        -> change_task id=photos status=pending
            mark the photos undone                        -> change_task id=photos status=pending
            mark the photos as to do                      -> change_task id=photos status=pending
            re-open the photos                            -> change_task id=photos status=pending
            rename 1 into "buy oat milk"                  -> change_task id=milk title=buy oat milk
            rename the task milk as buy oat milk          -> change_task id=milk title=buy oat milk
            set name of task milk to buy oat milk         -> change_task id=milk title=buy oat milk
            call the milk "buy oat milk"                  -> change_task id=milk title=buy oat milk
            delete task named "buy milk"                  -> delete_task id=milk
            drop milk from the list                       -> delete_task id=milk
            erase milk from my tasks                      -> delete_task id=milk
            get rid of the milk                           -> delete_task id=milk
            remove 2                                      -> delete_task id=report
            delete the marathon                           -> nothing
            drop the deadline for the report              -> change_task due_on=null id=report
            clear due date on task 2                      -> change_task due_on=null id=report
            change the deadline of the report to 24.12.2026 -> change_task due_on=2026-12-24 id=report
            put due date for 2 on next Monday             -> change_task due_on=2026-11-23 id=report
            set the report as due by tomorrow             -> change_task due_on=2026-11-21 id=report
            mark the report to be due on Friday           -> change_task due_on=2026-11-27 id=report
            make the report due today                     -> change_task due_on=2026-11-20 id=report
            reschedule the report for December 24, 2027   -> change_task due_on=2027-12-24 id=report
            push milk till the day after tomorrow         -> change_task due_on=2026-11-22 id=milk
            delay milk until next month                   -> change_task due_on=2026-12-20 id=milk
            schedule milk on 2027-01-31                   -> change_task due_on=2027-01-31 id=milk
            the report is due by end of this week         -> change_task due_on=2026-11-22 id=report
            move the report to some day                   -> nothing
            change priority on the report to low priority -> change_task id=report priority=low
            put the priority for 2 to urgent              -> change_task id=report priority=urgent
            mark milk as urgent                           -> change_task id=milk priority=urgent
            flag milk as a high-priority task             -> change_task id=milk priority=high
            set milk to medium priority                   -> change_task id=milk priority=normal
            give milk a high priority                     -> change_task id=milk priority=high
            Remember that my favourite tea is green.      -> remember key=favourite-tea value=green
            remember my shoes are of size 42              -> remember key=shoes value=of size 42
            keep in mind: I work from home on most days   -> remember key=i-work-from-home-on value=I work from home on most days
            remember "my cat is Tom"                      -> remember key=cat value=Tom
            remember über                                 -> remember key=ber value=über
            forget my favourite colour                    -> forget key=favourite-colour
            forget about the favourite colour             -> forget key=favourite-colour
            forget that blue                              -> forget key=favourite-colour
            forget my shoe size                           -> nothing
            forget everything you know about me           -> forget key=favourite-colour, forget key=home
            forget it all                                 -> forget key=favourite-colour, forget key=home
            remind me to water the plants tomorrow        -> add_task due_on=2026-11-21 title=water the plants
            Please remind me to prioritise work on Friday -> add_task due_on=2026-11-27 title=prioritise work
            remind me tomorrow to water the plants        -> add_task due_on=2026-11-21 title=water the plants
            Remind me on Monday, to talk to Bob about tea -> add_task due_on=2026-11-23 title=talk to Bob about tea
            Tomorrow, remind me about the dentist         -> add_task due_on=2026-11-21 title=the dentist
            remind me tomorrow: pay rent                  -> add_task due_on=2026-11-21 title=pay rent
            remind me to pay rent tomorrow at 5:30 pm     -> add_task due_on=2026-11-21 title=pay rent at 5:30 pm
            remind me about the dentist tomorrow          -> add_task due_on=2026-11-21 title=the dentist
            remind me that the report is due on Friday    -> add_task due_on=2026-11-27 title=the report
            set a reminder to pay rent tomorrow           -> add_task due_on=2026-11-21 title=pay rent
            set a reminder for tomorrow to pay rent       -> add_task due_on=2026-11-21 title=pay rent
            add task pay rent which is due on 1 December  -> add_task due_on=2026-12-01 title=pay rent
            make a task: pay rent, urgent                 -> add_task priority=urgent title=pay rent
            complete all                                  -> change_task id=milk status=completed, change_task id=report status=completed
            Please complete all my open tasks!            -> change_task id=milk status=completed, change_task id=report status=completed
            finish everything                             -> change_task id=milk status=completed, change_task id=report status=completed
            close all of them                             -> change_task id=milk status=completed, change_task id=report status=completed
            check off every task                          -> change_task id=milk status=completed, change_task id=report status=completed
            mark all tasks as done                        -> change_task id=milk status=completed, change_task id=report status=completed
            I have finished all of my tasks               -> change_task id=milk status=completed, change_task id=report status=completed
            all my tasks are done                         -> change_task id=milk status=completed, change_task id=report status=completed
            complete all the tasks for the bank           -> nothing
            mark all as done                              -> nothing
            mark the photos as not done                   -> change_task id=photos status=pending
            change the deadline of the report to 24.12.   -> change_task due_on=2026-12-24 id=report
            """;

    /** What it says to a sentence, at least the beginning. */
    static final String REPLIES =
            """
            good evening!                          -> Hello! I work on your tasks
            Hey there                              -> Hello! I work on your tasks
            help me                                -> I work on your tasks
            commands                               -> I work on your tasks
            How does this work?                    -> I work on your tasks
            what do you know about me?             -> This is what I know about you:
            Which things can you remember          -> This is what I know about you:
            list my preferences                    -> This is what I know about you:
            tell me everything that you know       -> This is what I know about you:
            show all you remember of me            -> This is what I know about you:
            prioritization, please                 -> You have 2 open tasks and 1 completed task. This is the order
            what should I do next?                 -> You have 2 open tasks and 1 completed task. This is the order
            which task shall I tackle first        -> You have 2 open tasks and 1 completed task. This is the order
            what must i work on today              -> You have 2 open tasks and 1 completed task. This is the order
            what's most important?                 -> You have 2 open tasks and 1 completed task. This is the order
            which is the most important task       -> You have 2 open tasks and 1 completed task. This is the order
            tell me my to-dos                      -> You have 3 tasks:
            do I have any tasks?                   -> You have 3 tasks:
            are there todos                        -> You have 3 tasks:
            give me the list                       -> You have 3 tasks:
            all my tasks                           -> You have 3 tasks:
            list                                   -> You have 3 tasks:
            open tasks                             -> You have 2 open tasks:
            my pending todos                       -> You have 2 open tasks:
            what is left on my list                -> You have 2 open tasks:
            which tasks are not done               -> You have 2 open tasks:
            show finished tasks                    -> You have 1 completed task:
            view tasks that are closed             -> You have 1 completed task:
            overdue tasks                          -> You have no overdue tasks.
            which tasks are late                   -> You have no overdue tasks.
            what's due tomorrow                    -> You have 1 task due tomorrow:
            what is due tomorrow                   -> You have 1 task due tomorrow:
            is anything due today                  -> I did not understand that.
            my tasks for the week                  -> You have 1 task due within a week:
            urgent tasks                           -> You have 1 urgent or high-priority task:
            show important tasks                   -> You have 1 urgent or high-priority task:
            list tasks in progress                 -> You have no tasks in progress.
            display started tasks                  -> You have no tasks in progress.
            show me deadlines                      -> You have 3 tasks:
            set the due date of milk to never      -> I do not know which day "never" is.
            complete the marathon                  -> I find no task "marathon".
            complete 7                             -> I have not shown you a list with number 7
            forget my shoe size                    -> I know nothing like "my shoe size".
            forget o                               -> Which of these do you mean?
            thanks                                 -> I did not understand that.
            complete all                           -> I have completed 2 tasks. Well done!
            complete my tasks                      -> Do you mean all your open tasks? Say "complete all"
            mark all as done                       -> Do you mean all your open tasks? Say "complete all"
            what is on my plate                    -> You have 3 tasks:
            done tasks                             -> You have 1 completed task:
            see what is due today                  -> You have no tasks due today.
            """;

    private final InMemoryToolbox toolbox = new InMemoryToolbox();

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", quoteCharacter = '§', textBlock = CALLS)
    void callsTools(String sentence, String calls) {
        says(sentence);

        assertThat(toolbox.changes).isEqualTo(calls);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", quoteCharacter = '§', textBlock = REPLIES)
    void says(String sentence, String beginning) {
        assertThat(says(sentence)).startsWith(beginning);
    }

    @Test
    void saysWhatItDid() {
        assertThat(says("add task pay rent tomorrow, urgent"))
                .isEqualTo(
                        "I have added \"pay rent\", due tomorrow (Sat, 2026-11-21), priority"
                                + " urgent.");
        assertThat(says("complete milk")).isEqualTo("\"buy milk\" is completed. Well done!");
        assertThat(says("start the report")).isEqualTo("\"write the report\" is in progress.");
        assertThat(says("reopen milk")).isEqualTo("\"buy milk\" is open again.");
        assertThat(says("rename milk to tea")).isEqualTo("\"buy milk\" is now called \"tea\".");
        assertThat(says("make tea urgent")).isEqualTo("\"tea\" is now of urgent priority.");
        assertThat(says("tea is due today"))
                .isEqualTo("\"tea\" is now due today (Fri, 2026-11-20).");
        assertThat(says("clear the deadline of tea"))
                .isEqualTo("\"tea\" has no due date any more.");
        assertThat(says("show my tasks"))
                .isEqualTo(
                        """
                        You have 4 tasks:
                        1. pay rent — due tomorrow (Sat, 2026-11-21), urgent
                        2. tea — urgent
                        3. write the report — due tomorrow (Sat, 2026-11-21), already begun
                        4. sort the photos — completed\
                        """);
        assertThat(says("delete tea")).isEqualTo("\"tea\" is deleted.");
        assertThat(says("remember that my tea is green"))
                .isEqualTo("I will remember that: tea: green.");
        assertThat(says("forget my tea")).isEqualTo("I have forgotten tea: green.");
        assertThat(says("forget all")).isEqualTo("I have forgotten all that I knew about you.");
        assertThat(says("what do you know about me"))
                .isEqualTo(
                        "I know nothing about you yet. Say \"remember that ...\" to change that.");
    }

    @Test
    void saysHowFarItCameWhereToolRefusesInTheMiddle() {
        toolbox.refused = "report";

        assertThat(says("complete all"))
                .isEqualTo("I have done 1 of 2. That did not work: It was changed meanwhile.");
    }

    private String says(String message) {
        AgentRequest.ChatMessage list =
                new AgentRequest.ChatMessage(
                        AgentRequest.Role.ASSISTANT,
                        "You have 2 open tasks:\n1. buy milk — urgent\n2. write the report — due");
        StringBuilder reply = new StringBuilder();
        Assistants.withAllTools()
                .answer(
                        new AgentRequest(
                                List.of(
                                        list,
                                        new AgentRequest.ChatMessage(
                                                AgentRequest.Role.USER, message)),
                                UserContext.NONE,
                                Steering.NONE,
                                toolbox,
                                Instant.parse("2026-11-20T10:00:00Z"),
                                () -> false),
                        event -> {
                            if (event instanceof AgentEvent.ReplyDelta delta) {
                                reply.append(delta.text());
                            }
                        });
        return reply.toString();
    }

    /** The tools, over three tasks and two preferences; it remembers each change. */
    private static final class InMemoryToolbox implements SingleCallToolbox {

        private final Map<String, ObjectNode> tasks = new LinkedHashMap<>();
        private final Map<String, ObjectNode> preferences = new TreeMap<>();
        private String changes = "nothing";
        private String refused = "none";

        InMemoryToolbox() {
            task("milk", "buy milk").put("priority", "urgent");
            task("report", "write the report").put("due_on", "2026-11-21");
            task("photos", "sort the photos").put("status", "completed");
            preference("favourite-colour", "blue");
            preference("home", "Oslo");
        }

        @Override
        public ToolResult call(String name, JsonNode arguments) {
            if (!name.startsWith("list_")) {
                Map<String, String> sorted = new TreeMap<>();
                arguments
                        .properties()
                        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue().asText()));
                String call =
                        name
                                + sorted.entrySet().stream()
                                        .map(entry -> " " + entry)
                                        .reduce("", String::concat);
                changes = changes.equals("nothing") ? call : changes + ", " + call;
            }
            if (arguments.path("id").asText().equals(refused)) {
                ObjectNode refusal = JsonNodeFactory.instance.objectNode();
                return new ToolResult(false, refusal.put("error", "It was changed meanwhile."));
            }
            return new ToolResult(true, outcome(name, arguments));
        }

        private JsonNode outcome(String name, JsonNode arguments) {
            return switch (name) {
                case "list_tasks" -> list("tasks", tasks.values());
                case "list_preferences" -> list("preferences", preferences.values());
                case "add_task" ->
                        task("new", arguments.path("title").asText())
                                .setAll((ObjectNode) arguments);
                case "change_task" -> {
                    ObjectNode task =
                            Objects.requireNonNull(tasks.get(arguments.path("id").asText()));
                    task.setAll((ObjectNode) arguments);
                    if (task.path("due_on").isNull()) {
                        task.remove("due_on");
                    }
                    yield task;
                }
                case "delete_task" ->
                        Objects.requireNonNull(tasks.remove(arguments.path("id").asText()));
                case "remember" ->
                        preference(
                                arguments.path("key").asText(), arguments.path("value").asText());
                case "forget" ->
                        Objects.requireNonNull(preferences.remove(arguments.path("key").asText()));
                default -> throw new IllegalArgumentException(name);
            };
        }

        private ObjectNode task(String id, String title) {
            ObjectNode task = JsonNodeFactory.instance.objectNode();
            task.put("id", id).put("title", title).put("status", "pending");
            task.put("priority", "normal").put("created_at", "2026-11-19T10:00:00Z");
            tasks.put(id, task);
            return task;
        }

        private ObjectNode preference(String key, String value) {
            ObjectNode preference = JsonNodeFactory.instance.objectNode();
            preferences.put(key, preference.put("key", key).put("value", value));
            return preference;
        }

        private static JsonNode list(String name, Collection<ObjectNode> all) {
            ObjectNode listed = JsonNodeFactory.instance.objectNode();
            ArrayNode array = listed.putArray(name);
            all.forEach(array::add);
            return listed;
        }
    }
}
