/** The last hour of the metrics of this process, for administrators without a Prometheus. */
@NullMarked
package dev.parley.operations.history;

import org.jspecify.annotations.NullMarked;
