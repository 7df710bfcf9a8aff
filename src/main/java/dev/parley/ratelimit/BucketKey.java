package dev.parley.ratelimit;

import io.quarkus.runtime.util.HashUtil;

/**
 * Whose bucket it is, for which action and at which rate. A long name is replaced by its hash, so
 * that a caller cannot choose what a key costs.
 */
record BucketKey(LimitedAction limit, Rate rate, String caller) {

    private static final int MAX_CALLER_LENGTH = 64;

    BucketKey {
        caller = caller.length() > MAX_CALLER_LENGTH ? HashUtil.sha256(caller) : caller;
    }
}
