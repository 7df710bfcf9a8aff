package dev.parley.conversation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class PinnedConversationNativeIT extends PinnedConversationTest {}
