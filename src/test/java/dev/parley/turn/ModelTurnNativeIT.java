package dev.parley.turn;

import dev.parley.testing.ShortTimeouts;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against the native executable. */
// Repeated here: Quarkus groups classes by their own annotation, not by an inherited one
@TestProfile(ShortTimeouts.class)
@QuarkusIntegrationTest
class ModelTurnNativeIT extends ModelTurnTest {}
