package dev.parley.userdata;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class ExportNativeIT extends ExportTest {}
