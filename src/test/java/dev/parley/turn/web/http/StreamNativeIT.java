package dev.parley.turn.web.http;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class StreamNativeIT extends StreamTest {}
