package dev.parley.agent.assistant;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class OfflineAssistantNativeIT extends OfflineAssistantTest {}
