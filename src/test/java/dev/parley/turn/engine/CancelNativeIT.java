package dev.parley.turn.engine;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class CancelNativeIT extends CancelTest {}
