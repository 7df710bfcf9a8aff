package dev.parley.agent.offline;

import dev.parley.agent.AgentType;
import dev.parley.agent.ProfilesForTests;
import java.util.Set;

/** The offline assistant, without the application around it. */
final class Assistants {

    private Assistants() {}

    static OfflineAssistant withAllTools() {
        return with(
                AgentType.OFFLINE,
                "add_task",
                "change_task",
                "delete_task",
                "forget",
                "list_preferences",
                "list_tasks",
                "remember");
    }

    static OfflineAssistant with(AgentType type, String... tools) {
        return new OfflineAssistant(ProfilesForTests.ofModel(type, Set.of(tools)));
    }
}
