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
 * Finds the address of a request's client. Each proxy appends the address of its caller to {@code
 * X-Forwarded-For}, so the header is read from its end, as long as a trusted proxy wrote the entry.
 * Earlier entries are claims of the client and cannot be trusted.
 */
@Singleton
@Startup
public class ClientAddress {

    private static final String HEADER = "X-Forwarded-For";
    private static final int MAX_CHAIN_LENGTH = 32;

    /** A client with one IPv6 address can use all addresses of its network of 64 bits. */
    private static final int NETWORK_PREFIX_BYTES = 8;

    private final List<IpSubnetFilterRule> trusted;
    private final AtomicBoolean warned = new AtomicBoolean();

    ClientAddress(HttpConfig config) {
        this.trusted =
                config.trustedProxies().orElse(List.of()).stream()
                        .map(ClientAddress::network)
                        .toList();
    }

    /** The client's IPv4 address, or its IPv6 network of 64 bits. */
    public String of(HttpServerRequest request) {
        InetAddress address = parse(request.remoteAddress().hostAddress()).orElse(null);
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
            Optional<InetAddress> forwarded = parse(chain.get(hop));
            if (forwarded.isEmpty()) {
                break;
            }
            address = forwarded.get();
        }
        return text(address);
    }

    private void warnOnce() {
        if (warned.compareAndSet(false, true)) {
            Log.warn(
                    "Ignoring X-Forwarded-For from a proxy that is not trusted: all clients of the"
                            + " proxy share one rate limit. If the proxy is yours, add its address"
                            + " to parley.http.trusted-proxies (logged once)");
        }
    }

    /** Whether the address is a proxy whose {@code X-Forwarded-For} is believed. */
    public boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(rule -> rule.matches(new InetSocketAddress(address, 1)));
    }

    /** The text of an IPv4 address, or of the IPv6 network of 64 bits. */
    public static String text(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return String.valueOf(address.getHostAddress());
        }
        byte[] network = Arrays.copyOf(address.getAddress(), NETWORK_PREFIX_BYTES);
        return NetUtil.bytesToIpAddress(Arrays.copyOf(network, 16)) + "/64";
    }

    /**
     * Parses an address, never a host name, which would cause a DNS lookup. An IPv4 address that is
     * written as IPv6 becomes IPv4.
     */
    private static Optional<InetAddress> parse(@Nullable String text) {
        byte[] bytes =
                text == null ? null : NetUtil.createByteArrayFromIpAddressString(withoutPort(text));
        try {
            return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException failure) {
            throw new IllegalStateException("An address has 4 or 16 bytes", failure);
        }
    }

    /**
     * Removes the port or the zone, which some proxies add: {@code 192.0.2.7:4711}, {@code
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
        String[] addressAndBits = text.strip().split("/", 2);
        Optional<InetAddress> address = parse(addressAndBits[0]);
        try {
            int bits =
                    address.map(inetAddress -> inetAddress.getAddress().length * 8).orElseThrow();
            return new IpSubnetFilterRule(
                    address.get(),
                    addressAndBits.length == 1 ? bits : Integer.parseInt(addressAndBits[1]),
                    IpFilterRuleType.ACCEPT);
        } catch (RuntimeException failure) {
            throw new IllegalStateException(
                    "parley.http.trusted-proxies contains \"%s\"; write an address or a network, such as 10.0.0.0/8"
                            .formatted(text),
                    failure);
        }
    }
}
