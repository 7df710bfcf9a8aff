package dev.parley.platform.configuration;

import static java.util.Map.entry;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Stops the start if a configuration key has its old name, and names the new key. Otherwise the
 * unknown key would be ignored, and the operator would rely on a limit that is not set.
 */
public final class RetiredConfigurationKeys implements ConfigSourceFactory {

    static final Map<String, String> NEW_KEYS =
            Map.ofEntries(
                    entry("parley.gathering.most", "parley.group-commit.max-batch-size"),
                    entry("parley.gathering.max-waiting", "parley.group-commit.queue-capacity"),
                    entry("parley.gathering.wait-at-most", "parley.group-commit.queue-timeout"),
                    entry("parley.gathering.stuck-after", "parley.group-commit.stuck-threshold"),
                    entry("parley.gathering.alone", "parley.group-commit.single-concurrency"),
                    entry("parley.turn.shards", "parley.turn.opener-workers"),
                    entry("parley.turn.tools-at-once", "parley.turn.max-concurrent-tools"),
                    entry("parley.turn.settle-within", "parley.turn.settle-timeout"),
                    entry("parley.turn.drain", "parley.turn.drain-timeout"),
                    entry("parley.turn.deaf-after", "parley.turn.interrupt-grace"),
                    entry("parley.turn.tell-every", "parley.turn.slow-log-interval"),
                    entry("parley.turn.keep-idempotency-keys", "parley.turn.idempotency-key-ttl"),
                    entry("parley.turn.held-is-fatal", "parley.turn.fail-on-held-connection"),
                    entry("parley.runner.lease", "parley.runner.lease-duration"),
                    entry("parley.runner.beat", "parley.runner.heartbeat-interval"),
                    entry("parley.stream.comment-every", "parley.stream.keep-alive-interval"),
                    entry("parley.socket.dead-after", "parley.websocket.pong-timeout"),
                    entry("parley.socket.idle-after", "parley.websocket.idle-timeout"),
                    entry("parley.socket.max-open", "parley.websocket.max-open"),
                    entry("parley.socket.max-turns", "parley.websocket.max-turns"),
                    entry("parley.warm-up.at-most", "parley.warm-up.timeout"),
                    entry("parley.health.live-within", "parley.health.liveness-timeout"),
                    entry("parley.health.ready-within", "parley.health.readiness-timeout"),
                    entry("parley.monitor.pool-every", "parley.monitor.pool-interval"),
                    entry(
                            "parley.monitor.held-too-long",
                            "parley.monitor.connection-held-warn-threshold"),
                    entry("parley.monitor.memory-every", "parley.monitor.memory-interval"),
                    entry("parley.monitor.event-loops-every", "parley.monitor.event-loop-interval"),
                    entry(
                            "parley.monitor.lag-told",
                            "parley.monitor.event-loop-lag-warn-threshold"),
                    entry(
                            "parley.monitor.waiting-told",
                            "parley.monitor.queue-length-warn-threshold"),
                    entry("parley.quota.reconcile-every", "parley.quota.reconcile-interval"),
                    entry("parley.quota.keep-months", "parley.quota.retention-months"),
                    entry("parley.notification.keep", "parley.notification.retention"));

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        String message =
                NEW_KEYS.keySet().stream()
                        .sorted()
                        .map(context::getValue)
                        .filter(value -> value != null && value.getValue() != null)
                        .map(RetiredConfigurationKeys::messageFor)
                        .collect(Collectors.joining(" "));
        if (!message.isEmpty()) {
            throw new IllegalArgumentException(message);
        }
        return List.of();
    }

    private static String messageFor(ConfigValue value) {
        return "The configuration key %s was renamed: set %s instead (found in %s)."
                .formatted(
                        value.getName(),
                        NEW_KEYS.get(value.getName()),
                        value.getConfigSourceName());
    }
}
