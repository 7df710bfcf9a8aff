/** Rate limits: token buckets, whose rates are all in one configuration table. */
@NullMarked
package dev.parley.ratelimit;

import org.jspecify.annotations.NullMarked;
