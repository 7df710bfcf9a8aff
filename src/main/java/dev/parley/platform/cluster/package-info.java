/**
 * The process as a member of the cluster: its row, its heartbeat, its messages to other replicas.
 */
@NullMarked
package dev.parley.platform.cluster;

import org.jspecify.annotations.NullMarked;
