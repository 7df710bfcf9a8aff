package dev.parley.erasure;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class ErasureNativeIT extends ErasureTest {}
