package dev.parley.console;

import dev.parley.testing.Operated;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against the native executable. */
// Repeated here: Quarkus groups classes by their own annotation, not by an inherited one
@TestProfile(Operated.class)
@QuarkusIntegrationTest
class IssuerSignInNativeIT extends IssuerSignInTest {}
