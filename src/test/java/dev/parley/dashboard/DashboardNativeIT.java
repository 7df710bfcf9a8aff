package dev.parley.dashboard;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class DashboardNativeIT extends DashboardTest {}
