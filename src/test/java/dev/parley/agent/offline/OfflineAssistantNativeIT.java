package dev.parley.agent.offline;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class OfflineAssistantNativeIT extends OfflineAssistantTest {}
