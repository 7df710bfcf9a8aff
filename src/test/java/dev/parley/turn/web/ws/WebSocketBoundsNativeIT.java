package dev.parley.turn.web.ws;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against the native executable. */
// Repeated here: Quarkus groups classes by their own annotation, not by an inherited one
@TestProfile(WebSocketBoundsTest.Bounded.class)
@QuarkusIntegrationTest
class WebSocketBoundsNativeIT extends WebSocketBoundsTest {}
