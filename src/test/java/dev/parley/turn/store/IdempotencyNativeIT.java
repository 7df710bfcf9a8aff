package dev.parley.turn.store;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class IdempotencyNativeIT extends IdempotencyTest {}
