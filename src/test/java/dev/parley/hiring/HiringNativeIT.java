package dev.parley.hiring;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class HiringNativeIT extends HiringTest {}
