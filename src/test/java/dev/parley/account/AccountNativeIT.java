package dev.parley.account;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class AccountNativeIT extends AccountTest {}
