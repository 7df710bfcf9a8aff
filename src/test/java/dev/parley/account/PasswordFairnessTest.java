package dev.parley.api.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.ratelimit.RateLimits;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Wait;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Passwords take long to hash: one address must not delay the logins of the others. */
@ParleyTest
@Timeout(60)
class PasswordFairnessTest {

    private static final ScopedValue<RoutingContext> REQUEST = ScopedValue.newInstance();

    @Inject RateLimits limits;
    @Inject ClientAddress addresses;

    private RateLimitFilter filter;

    @BeforeEach
    void create() {
        filter =
                new RateLimitFilter(
                        limits,
                        addresses,
                        new CurrentVertxRequest() {
                            @Override
                            public RoutingContext getCurrent() {
                                return REQUEST.get();
                            }
                        });
    }

    @Test
    void hashesOnePasswordOfAnAddressAtTime() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        Supplier<Integer> hash =
                () -> {
                    int count = begun.incrementAndGet();
                    await(gate);
                    return count;
                };
        List<Thread> flood =
                List.of(
                        blocked("192.0.2.1", () -> logIn(hash)),
                        blocked("192.0.2.1", () -> logIn(hash)),
                        blocked("192.0.2.1", () -> filter.register(hash)));

        assertThat(begun).hasValue(1);
        from("192.0.2.2", () -> logIn(begun::incrementAndGet));
        from("192.0.2.2", () -> filter.register(begun::incrementAndGet));

        assertThat(begun).hasValue(3);
        gate.countDown();
        for (Thread caller : flood) {
            caller.join();
        }
        assertThat(begun).hasValue(5);
    }

    private int logIn(Supplier<Integer> hash) {
        return filter.tryPassword("ada", IllegalStateException.class, hash);
    }

    /** A request that has begun, and waits for its turn or for the gate. */
    private static Thread blocked(String address, Runnable request) {
        Thread thread = Thread.ofVirtual().start(() -> from(address, request));
        Wait.until(() -> thread.getState() == Thread.State.WAITING);
        return thread;
    }

    private static void from(String address, Runnable request) {
        HttpServerRequest from =
                stub(
                        HttpServerRequest.class,
                        Map.of(
                                "remoteAddress",
                                SocketAddress.inetSocketAddress(1, address),
                                "headers",
                                MultiMap.caseInsensitiveMultiMap()));
        ScopedValue.where(REQUEST, stub(RoutingContext.class, Map.of("request", from)))
                .run(request);
    }

    /** Answers these methods, and null to all others. */
    private static <T> T stub(Class<T> type, Map<String, Object> answers) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) -> answers.get(method.getName())));
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException interruption) {
            throw new IllegalStateException(interruption);
        }
    }
}
