package dev.parley.quota;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class PlansNativeIT extends PlansTest {}
