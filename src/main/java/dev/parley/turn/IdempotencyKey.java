package dev.parley.turn;

import io.quarkus.runtime.util.HashUtil;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * A client's name for a request (the {@code Idempotency-Key} header), and a hash of what the
 * request says: the same key with another content is a mistake of the client's.
 */
public record IdempotencyKey(String key, Hash hash) {

    /** The longest key that is taken, in characters. */
    public static final int MAX_LENGTH = 255;

    private static final char BETWEEN = '\0';

    /**
     * @param content all that the request says, in a fixed order; no part contains a NUL
     */
    public static IdempotencyKey of(String key, List<String> content) {
        String hash = HashUtil.sha256(String.join(String.valueOf(BETWEEN), content));
        return new IdempotencyKey(key, new Hash(HexFormat.of().parseHex(hash)));
    }

    /** SHA-256. */
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
