package dev.parley.agent.offline;

import dev.parley.agent.AgentProfile;
import dev.parley.agent.AgentType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What an agent can do without a model: what its tools allow, and no more. */
final class Abilities {

    /** Agents whose work is what the offline assistant does. The others need a model for theirs. */
    private static final Set<AgentType> ASSISTANTS =
            Set.of(AgentType.ASSISTANT, AgentType.OFFLINE, AgentType.SUPERVISOR);

    /** Each line of the help with the tools that it needs. */
    private static final List<Ability> ABILITIES =
            List.of(
                    tasks("Add a task: buy milk tomorrow, high priority", "add_task"),
                    tasks("Remind me to call the bank tomorrow", "add_task"),
                    tasks("Show me all my tasks and help me prioritise them", "list_tasks"),
                    tasks("What is overdue? / Show my completed tasks", "list_tasks"),
                    tasks("Complete buy milk / Complete all", "list_tasks", "change_task"),
                    tasks("Rename buy milk to buy oat milk", "list_tasks", "change_task"),
                    tasks("Set the due date of buy milk to Friday", "list_tasks", "change_task"),
                    tasks("Set the priority of buy milk to urgent", "list_tasks", "change_task"),
                    tasks("Delete buy milk", "list_tasks", "delete_task"),
                    preferences("Remember that my favourite colour is green", "remember"),
                    preferences(
                            "What do you know about me? / Forget my favourite colour",
                            "list_preferences",
                            "forget"));

    private static final String EXAMPLES = "You can say, for example:";
    private static final String NOTHING = "Without a model I can do nothing with your message.";

    private final AgentProfile profile;

    Abilities(AgentProfile profile) {
        this.profile = profile;
    }

    private static Ability tasks(String example, String... tools) {
        return new Ability("work on your tasks", example, Set.of(tools));
    }

    private static Ability preferences(String example, String... tools) {
        return new Ability("remember what you ask me to", example, Set.of(tools));
    }

    /** Whether the agent has the tools that the intent needs. */
    boolean allow(Intent intent) {
        return profile.tools().containsAll(toolsFor(intent));
    }

    /** Whether the agent understands the message and can do what it asks. */
    boolean fulfil(Intent intent) {
        return intent instanceof Intent.Help || (!toolsFor(intent).isEmpty() && allow(intent));
    }

    private static Set<String> toolsFor(Intent intent) {
        return switch (intent) {
            case Intent.Add _ -> Set.of("add_task");
            case Intent.Change _, Intent.CompleteAll _ -> Set.of("list_tasks", "change_task");
            case Intent.Delete _ -> Set.of("list_tasks", "delete_task");
            case Intent.Show _, Intent.Prioritise _ -> Set.of("list_tasks");
            case Intent.Remember _ -> Set.of("remember");
            case Intent.Recall _ -> Set.of("list_preferences");
            case Intent.Forget _, Intent.ForgetAll _ -> Set.of("list_preferences", "forget");
            case Intent.UnknownDate _,
                    Intent.Greeting _,
                    Intent.Help _,
                    Intent.TooLong _,
                    Intent.NotUnderstood _ ->
                    Set.of();
        };
    }

    /** Whether the agent can do anything without a model. */
    boolean areNone() {
        return available().isEmpty();
    }

    /** What the agent does, and examples of what to say. */
    String help() {
        String needsModel =
                ASSISTANTS.contains(profile.type())
                        ? ""
                        : "%s needs a language model for its work, and none is configured here: an operator can set PARLEY_MODEL_BASE_URL. "
                                .formatted(profile.name());
        List<Ability> available = available();
        if (available.isEmpty()) {
            return needsModel + NOTHING;
        }
        return available.stream()
                .map(ability -> "\n- " + ability.example())
                .collect(
                        Collectors.joining(
                                "", "%sI %s. %s".formatted(needsModel, purposes(), EXAMPLES), ""));
    }

    /** Whether a reply of an agent without a model only offers what the agent can do. */
    static boolean isOffer(String reply) {
        return reply.contains(EXAMPLES + "\n- ") || reply.endsWith(NOTHING);
    }

    /** The reply to a message that neither the agent nor its workers understand. */
    String notUnderstood() {
        return areNone()
                ? "I did not understand that."
                : "I did not understand that. I %s; write \"help\" for examples."
                        .formatted(purposes());
    }

    private String purposes() {
        return available().stream()
                .map(Ability::purpose)
                .distinct()
                .collect(Collectors.joining(", and "));
    }

    private List<Ability> available() {
        return ABILITIES.stream()
                .filter(ability -> profile.tools().containsAll(ability.tools()))
                .toList();
    }

    private record Ability(String purpose, String example, Set<String> tools) {}
}
