package dev.parley.api.filter;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from. Each proxy appends its caller's address to {@code X-Forwarded-For};
 * so the list is read from its end, as long as a trusted proxy wrote the entry. What stands before
 * is the client's own claim, and could be anything.
 */
@Singleton
@Startup
class ClientAddress {

    private static final String HEADER = "X-Forwarded-For";
    private static final int MAX_CHAIN_LENGTH = 32;

    /** A client with one IPv6 address has all addresses of its network. */
    private static final int NETWORK_PREFIX_BYTES = 8;

    private final List<IpSubnetFilterRule> trusted;
    private final AtomicBoolean warned = new AtomicBoolean();

    ClientAddress(HttpConfig config) {
        this.trusted =
                config.trustedProxies().orElse(List.of()).stream()
                        .map(ClientAddress::network)
                        .toList();
    }

    /** The client's address; of version 6, its network of 64 bits. */
    String of(HttpServerRequest request) {
        InetAddress address = parsed(request.remoteAddress().hostAddress()).orElse(null);
        if (address == null) {
            return "unknown";
        }
        List<String> chain =
                request.headers().getAll(HEADER).stream()
                        .flatMap(line -> Arrays.stream(line.split(",", -1)))
                        .map(String::strip)
                        .toList();
        if (!chain.isEmpty() && !isTrusted(address)) {
            warnOnce();
        }
        for (int hop = chain.size() - 1;
                hop >= 0 && hop >= chain.size() - MAX_CHAIN_LENGTH && isTrusted(address);
                hop--) {
            Optional<InetAddress> told = parsed(chain.get(hop));
            if (told.isEmpty()) {
                break;
            }
            address = told.get();
        }
        return text(address);
    }

    private void warnOnce() {
        if (warned.compareAndSet(false, true)) {
            Log.warn(
                    "A request came with X-Forwarded-For by a proxy that is not trusted: all its"
                            + " clients count as one. Set parley.http.trusted-proxies where it is"
                            + " yours (told once)");
        }
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(rule -> rule.matches(new InetSocketAddress(address, 1)));
    }

    private static String text(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return String.valueOf(address.getHostAddress());
        }
        byte[] network = Arrays.copyOf(address.getAddress(), NETWORK_PREFIX_BYTES);
        return NetUtil.bytesToIpAddress(Arrays.copyOf(network, 16)) + "/64";
    }

    /** Never a name: names would be looked up. Version 4 told as version 6 is version 4. */
    private static Optional<InetAddress> parsed(@Nullable String text) {
        byte[] bytes =
                text == null ? null : NetUtil.createByteArrayFromIpAddressString(withoutPort(text));
        try {
            return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException failure) {
            throw new IllegalStateException("An address has 4 or 16 bytes", failure);
        }
    }

    /**
     * Some proxies tell the port as well, or the zone: {@code 192.0.2.7:4711}, {@code
     * [2001:db8::1]:4711}.
     */
    private static String withoutPort(String text) {
        if (text.startsWith("[") && text.contains("]")) {
            return text.substring(1, text.indexOf(']'));
        }
        if (text.contains("%")) {
            return text.substring(0, text.indexOf('%'));
        }
        int colon = text.indexOf(':');
        return colon > 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
    }

    private static IpSubnetFilterRule network(String text) {
        String[] sides = text.strip().split("/", 2);
        Optional<InetAddress> address = parsed(sides[0]);
        try {
            int bits =
                    address.map(inetAddress -> inetAddress.getAddress().length * 8).orElseThrow();
            return new IpSubnetFilterRule(
                    address.get(),
                    sides.length == 1 ? bits : Integer.parseInt(sides[1]),
                    IpFilterRuleType.ACCEPT);
        } catch (RuntimeException failure) {
            throw new IllegalStateException(
                    "parley.http.trusted-proxies has \"%s\"; write an address or a network, such as 10.0.0.0/8"
                            .formatted(text),
                    failure);
        }
    }
}
