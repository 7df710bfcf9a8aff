package dev.parley.turn;

import io.quarkus.runtime.util.HashUtil;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * A client's identifier for a request (the {@code Idempotency-Key} header) and a hash of the
 * request's content. The same key with different content is a client error.
 */
public record IdempotencyKey(String key, Hash hash) {

    /** The longest accepted key, in characters. */
    public static final int MAX_LENGTH = 255;

    private static final char SEPARATOR = '\0';

    /**
     * @param content every field of the request, in a fixed order; no field contains a NUL
     */
    public static IdempotencyKey of(String key, List<String> content) {
        String hash = HashUtil.sha256(String.join(String.valueOf(SEPARATOR), content));
        return new IdempotencyKey(key, new Hash(HexFormat.of().parseHex(hash)));
    }

    /** The SHA-256 hash of a request's content. */
    public static final class Hash {

        private final byte[] bytes;

        public Hash(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        public boolean matches(Hash other) {
            return MessageDigest.isEqual(bytes, other.bytes);
        }
    }
}
