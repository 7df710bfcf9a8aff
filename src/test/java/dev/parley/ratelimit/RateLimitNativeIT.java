package dev.parley.ratelimit;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class RateLimitNativeIT extends RateLimitTest {}
