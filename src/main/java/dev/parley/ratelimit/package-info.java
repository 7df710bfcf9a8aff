/** How fast a caller may come: token buckets, all of whose rates stand in one table. */
@NullMarked
package dev.parley.ratelimit;

import org.jspecify.annotations.NullMarked;
