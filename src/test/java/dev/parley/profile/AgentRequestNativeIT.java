package dev.parley.profile;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class AgentRequestNativeIT extends AgentRequestTest {}
