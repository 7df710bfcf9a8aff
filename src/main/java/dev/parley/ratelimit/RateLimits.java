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

/** Lets through who comes within the limits, and refuses the rest. */
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
                            .description("Requests that came too fast")
                            .tag("limit", limit.text())
                            .register(meters));
        }
        requirePlans();
        requireRates();
    }

    /** A rate that makes no sense is told at start-up, not to the first caller. */
    private void requireRates() {
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

    private void requirePlans() {
        config.plans().keySet().stream()
                .filter(plan -> !plans.plans().contains(plan))
                .findFirst()
                .ifPresent(unknown -> {
                    throw new IllegalStateException(
                            "parley.ratelimit.plans names the plan \"%s\", but the plans are %s"
                                    .formatted(unknown, plans.plans()));
                });
    }

    /**
     * Takes a token of an account's.
     *
     * @return how the account stands then; empty where nothing is limited
     * @throws RateLimitExceeded where there is none
     */
    public Optional<RateLimitStatus> consume(LimitedAction limit, UserId user) {
        return config.enabled()
                ? Optional.of(consume(limit, rate(limit, user), user.toString()))
                : Optional.empty();
    }

    /**
     * Takes a token for a caller without an account, known by an address or a name.
     *
     * @return how they stand then; empty where nothing is limited
     * @throws RateLimitExceeded where there is none
     */
    public Optional<RateLimitStatus> consume(LimitedAction limit, String text) {
        return config.enabled()
                ? Optional.of(consume(limit, row(limit).rate(), text))
                : Optional.empty();
    }

    /** Puts back what was taken for something that did not happen. */
    public void refund(LimitedAction limit, String text) {
        if (config.enabled()) {
            buckets.refund(limit, row(limit).rate(), text);
        }
    }

    private RateLimitStatus consume(LimitedAction limit, Rate rate, String text) {
        ConsumptionProbe probe = buckets.consume(limit, rate, text);
        RateLimitStatus standing =
                new RateLimitStatus(
                        limit,
                        rate,
                        probe.getRemainingTokens(),
                        Duration.ofNanos(probe.getNanosToWaitForReset()));
        if (!probe.isConsumed()) {
            Objects.requireNonNull(refused.get(limit)).increment();
            throw new RateLimitExceeded(
                    standing, Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
        return standing;
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
