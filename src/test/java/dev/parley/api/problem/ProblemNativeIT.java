package dev.parley.api.problem;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class ProblemNativeIT extends ProblemTest {}
