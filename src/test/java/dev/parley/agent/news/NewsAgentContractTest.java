package dev.parley.agent.news;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.Agent;
import dev.parley.agent.AgentContract;

class NewsAgentContractTest extends AgentContract {

    private final Agent agent = new NewsAgent();

    @Override
    protected Agent agent() {
        return agent;
    }

    @Override
    protected String request() {
        return "What is new?";
    }

    @Override
    protected JsonNode outcome() {
        ObjectNode outcome = JsonNodeFactory.instance.objectNode();
        outcome.putArray("notifications").addObject().put("title", "A task is due");
        return outcome;
    }
}
