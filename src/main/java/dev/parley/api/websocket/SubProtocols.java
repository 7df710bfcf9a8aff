package dev.parley.api.websocket;

import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The sub-protocols that a client offers in a handshake (RFC 6455, section 4.1). Browsers cannot
 * set headers when they open a WebSocket, so they offer their secrets here. A secret is never in
 * the URL, because URLs are logged.
 */
public final class SubProtocols {

    private static final String HEADER = "Sec-WebSocket-Protocol";

    private SubProtocols() {}

    /**
     * Takes the secret that is offered as a sub-protocol behind a prefix, and withdraws the offer:
     * the server would repeat it in its response. Empty if the request offers none.
     */
    public static Optional<String> takeSecret(HttpServerRequest request, String prefix) {
        String offered = request.getHeader(HEADER);
        if (offered == null || !offered.contains(prefix)) {
            return Optional.empty();
        }
        List<String> protocols = split(offered);
        request.headers()
                .set(
                        HEADER,
                        String.join(
                                ", ",
                                protocols.stream()
                                        .filter(protocol -> !protocol.startsWith(prefix))
                                        .toList()));
        return protocols.stream()
                .filter(protocol -> protocol.startsWith(prefix))
                .findFirst()
                .map(protocol -> protocol.substring(prefix.length()));
    }

    /**
     * Splits a header into its elements (RFC 9110, section 5.6.1) in linear time. The header comes
     * from a stranger: a regular expression for commas between spaces would try each space again.
     */
    private static List<String> split(String header) {
        return Arrays.stream(header.split(",", -1)).map(String::strip).toList();
    }
}
