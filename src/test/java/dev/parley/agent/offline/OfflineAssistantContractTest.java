package dev.parley.agent.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.Agent;
import dev.parley.agent.AgentContract;

class OfflineAssistantContractTest extends AgentContract {

    private final Agent agent = Assistants.withAllTools();

    @Override
    protected Agent agent() {
        return agent;
    }

    @Override
    protected String request() {
        return "Add a task: buy milk";
    }

    @Override
    protected JsonNode outcome() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", "0197f000-0000-7000-8000-000000000000")
                .put("title", "buy milk")
                .put("status", "pending")
                .put("priority", "normal")
                .put("created_at", "2026-11-20T10:00:00Z");
    }
}
