package dev.parley.turn;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against the native executable. */
// Repeated here: Quarkus groups classes by their own annotation, not by an inherited one
@TestProfile(SocketTest.ShortPatience.class)
@QuarkusIntegrationTest
class SocketNativeIT extends SocketTest {}
