package dev.parley.api;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class EveryOperationNativeIT extends EveryOperationTest {}
