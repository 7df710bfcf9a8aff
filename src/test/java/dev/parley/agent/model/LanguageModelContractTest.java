package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.Agent;
import dev.parley.agent.AgentContract;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ModelStub;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@ExpectedErrors(
        "Stream reset") // Vert.x, where debugging is on, as it is outside of the application
class LanguageModelContractTest extends AgentContract {

    private static final ModelStub STUB = new ModelStub();
    private static Map<String, String> settings = Map.of();

    /** Of each test: a call that one test breaks off leaves the next no connection that closes. */
    private PlainModel plain;

    @BeforeAll
    static void startStub() {
        settings = STUB.start();
    }

    @AfterAll
    static void stopStub() {
        STUB.stop();
    }

    @BeforeEach
    void connect() {
        plain = new PlainModel(settings);
    }

    @AfterEach
    void disconnect() {
        plain.close();
    }

    @Override
    protected Agent agent() {
        return plain.model();
    }

    @Override
    protected String request() {
        return "add buy milk";
    }

    @Override
    protected JsonNode outcome() {
        return JsonNodeFactory.instance.objectNode().put("title", "buy milk");
    }

    @Test
    void asksNobodyWhetherItIsAvailable() {
        ModelStub.forget();

        agent().requireAvailable(UUID.randomUUID());

        assertThat(ModelStub.calls()).isZero();
    }
}
