/** Health checks for the probes of Kubernetes: startup, readiness and liveness. */
@NullMarked
package dev.parley.operations.health;

import org.jspecify.annotations.NullMarked;
