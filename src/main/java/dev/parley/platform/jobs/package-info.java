/**
 * Background jobs: each run is bounded, runs of one job never overlap, and a failed job runs again
 * (G8).
 */
@NullMarked
package dev.parley.platform.jobs;

import org.jspecify.annotations.NullMarked;
