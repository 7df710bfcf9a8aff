package dev.parley.notification;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class NotificationNativeIT extends NotificationTest {}
