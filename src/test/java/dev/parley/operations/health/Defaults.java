package dev.parley.operations.health;

import dev.parley.platform.database.groupcommit.GroupCommitConfig;
import dev.parley.turn.TurnConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/** The settings that Parley ships, which manifests and scripts have to fit. */
// What is missing fails as it should, as a null
@SuppressWarnings("NullAway")
final class Defaults {

    /** From the start of a process until it looks for its database, on a processor that is busy. */
    private static final Duration BOOT = Duration.ofSeconds(20);

    /** To write down what was interrupted. */
    private static final Duration TO_WRITE_DOWN = Duration.ofSeconds(5);

    private static final Properties SHIPPED = new Properties();

    static {
        try (Reader file =
                Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            SHIPPED.load(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Defaults() {}

    static String text(String key) {
        return SHIPPED.getProperty(key);
    }

    static int number(String key) {
        return Integer.parseInt(text(key));
    }

    static Duration duration(String key) {
        return DurationConverter.parseDuration(text(key));
    }

    /** The default of a method of a configuration interface. */
    static Duration duration(Class<?> config, String method) {
        return DurationConverter.parseDuration(text(config, method));
    }

    /** The same for a number. */
    static int number(Class<?> config, String method) {
        return Integer.parseInt(text(config, method));
    }

    private static String text(Class<?> config, String method) {
        try {
            return config.getDeclaredMethod(method).getAnnotation(WithDefault.class).value();
        } catch (NoSuchMethodException failure) {
            throw new IllegalArgumentException(failure);
        }
    }

    /**
     * How long a process may take to end by itself, with a message, where its database cannot be
     * reached: no supervisor may kill it before.
     */
    static Duration longestStart() {
        return BOOT.plus(duration("parley.database.start-timeout"))
                // The last attempt may begin when the time is nearly over
                .plus(duration("quarkus.datasource.jdbc.acquisition-timeout"));
    }

    /**
     * Connections of the pool that turns, tools and rate limits in the database may use at once.
     */
    static int claimedConnections() {
        int accounts = 1;
        int rateLimits = 3;
        return 2 * number(TurnConfig.class, "openerWorkers")
                + number(TurnConfig.class, "maxConcurrentTools")
                + number(GroupCommitConfig.class, "singleConcurrency")
                + accounts
                + rateLimits;
    }

    /** From SIGTERM until the process has ended. */
    static Duration longestStop() {
        return duration("%prod.quarkus.shutdown.delay")
                .plus(duration("quarkus.shutdown.timeout"))
                .plus(duration(TurnConfig.class, "interruptGrace"))
                .plus(TO_WRITE_DOWN);
    }
}
