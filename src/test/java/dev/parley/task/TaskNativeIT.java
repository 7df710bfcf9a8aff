package dev.parley.task;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class TaskNativeIT extends TaskTest {}
