package dev.parley.feedback;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class FeedbackNativeIT extends FeedbackTest {}
