package dev.parley.turn;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class TurnNativeIT extends TurnTest {}
