package dev.parley.api.connection;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class MalformedRequestNativeIT extends MalformedRequestTest {}
