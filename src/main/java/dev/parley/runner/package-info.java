/** The process as the cluster sees it: its row, its heartbeat, its line to the other replicas. */
@NullMarked
package dev.parley.runner;

import org.jspecify.annotations.NullMarked;
