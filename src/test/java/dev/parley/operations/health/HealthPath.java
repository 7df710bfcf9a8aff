package dev.parley.operations.health;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Parley answers at the paths that a probe can ask. {@link HealthPathTest} compares it with a
 * running process, and {@link ManifestRules} with what the probes are for.
 */
enum HealthPath {
    STARTED("/q/health/started", 200, 200),
    LIVE("/q/health/live", 200, 503),
    READY("/q/health/ready", 503, 200),
    ALL("/q/health", 503, 503);

    final String path;

    /** The status while the database is away. */
    final int withoutDatabase;

    /** The status while a part of the process is frozen. */
    final int frozen;

    HealthPath(String path, int withoutDatabase, int frozen) {
        this.path = path;
        this.withoutDatabase = withoutDatabase;
        this.frozen = frozen;
    }

    static Optional<HealthPath> of(String path) {
        return Stream.of(values()).filter(known -> known.path.equals(path)).findFirst();
    }
}
