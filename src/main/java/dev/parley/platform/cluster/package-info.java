/** The process as the cluster sees it: its row, its heartbeat, its line to the other replicas. */
@NullMarked
package dev.parley.platform.cluster;

import org.jspecify.annotations.NullMarked;
