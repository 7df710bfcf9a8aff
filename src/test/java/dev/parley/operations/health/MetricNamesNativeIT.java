package dev.parley.operations.health;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class MetricNamesNativeIT extends MetricNamesTest {}
