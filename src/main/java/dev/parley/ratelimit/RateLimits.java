package dev.parley.ratelimit;

import dev.parley.platform.identity.UserId;
import io.github.bucket4j.ConsumptionProbe;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Applies the rate limits. */
@Singleton
@Startup
public class RateLimits {

    private final RateLimitConfig config;
    private final BucketStore buckets;
    private final PlanLookup plans;
    private final Map<LimitedAction, Counter> refused = new EnumMap<>(LimitedAction.class);

    RateLimits(
            RateLimitConfig config, BucketStore buckets, PlanLookup plans, MeterRegistry meters) {
        this.config = config;
        this.buckets = buckets;
        this.plans = plans;
        for (LimitedAction limit : LimitedAction.values()) {
            refused.put(
                    limit,
                    Counter.builder("parley.ratelimit.refused")
                            .description("Requests that exceeded a rate limit")
                            .tag("limit", limit.text())
                            .register(meters));
        }
        requireKnownPlans();
        requireValidRates();
    }

    /** Reports an invalid rate at startup instead of at the first request. */
    private void requireValidRates() {
        for (LimitedAction limit : LimitedAction.values()) {
            row(limit).rate().configuration();
        }
        config.plans()
                .values()
                .forEach(rows ->
                        Stream.of(rows.turns(), rows.requests())
                                .flatMap(Optional::stream)
                                .forEach(row -> row.rate().configuration()));
    }

    private void requireKnownPlans() {
        config.plans().keySet().stream()
                .filter(plan -> !plans.plans().contains(plan))
                .findFirst()
                .ifPresent(unknown -> {
                    throw new IllegalStateException(
                            "parley.ratelimit.plans has the unknown plan \"%s\"; the configured plans are %s"
                                    .formatted(unknown, plans.plans()));
                });
    }

    /**
     * Consumes a token of an account.
     *
     * @return the status after the request; empty if rate limits are disabled
     * @throws RateLimitExceeded if no token is left
     */
    public Optional<RateLimitStatus> consume(LimitedAction limit, UserId user) {
        return config.enabled()
                ? Optional.of(consume(limit, rate(limit, user), user.toString()))
                : Optional.empty();
    }

    /**
     * Consumes a token of a caller without an account.
     *
     * @param caller the address or the name
     * @return the status after the request; empty if rate limits are disabled
     * @throws RateLimitExceeded if no token is left
     */
    public Optional<RateLimitStatus> consume(LimitedAction limit, String caller) {
        return config.enabled()
                ? Optional.of(consume(limit, row(limit).rate(), caller))
                : Optional.empty();
    }

    /** Puts a token back if the action that consumed the token did not happen. */
    public void refund(LimitedAction limit, String caller) {
        if (config.enabled()) {
            buckets.refund(limit, row(limit).rate(), caller);
        }
    }

    private RateLimitStatus consume(LimitedAction limit, Rate rate, String caller) {
        ConsumptionProbe probe = buckets.consume(limit, rate, caller);
        RateLimitStatus status =
                new RateLimitStatus(
                        limit,
                        rate,
                        probe.getRemainingTokens(),
                        Duration.ofNanos(probe.getNanosToWaitForReset()));
        if (!probe.isConsumed()) {
            Objects.requireNonNull(refused.get(limit)).increment();
            throw new RateLimitExceeded(status, Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
        return status;
    }

    private Rate rate(LimitedAction limit, UserId user) {
        if (config.plans().isEmpty()) {
            return row(limit).rate();
        }
        return Optional.ofNullable(config.plans().get(plans.of(user)))
                .flatMap(rows -> limit == LimitedAction.TURNS ? rows.turns() : rows.requests())
                .orElse(row(limit))
                .rate();
    }

    private RateLimitConfig.Row row(LimitedAction limit) {
        return switch (limit) {
            case TURNS -> config.turns();
            case REQUESTS -> config.requests();
            case REGISTRATIONS -> config.registrations();
            case FAILED_LOGINS -> config.failedLogins();
        };
    }
}
