package dev.parley.turn;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * A client's name for a request (the {@code Idempotency-Key} header), and a hash of what the
 * request says: the same key with another content is a mistake of the client's.
 */
public record IdempotencyKey(String key, Hash hash) {

    /** The longest key that is taken, in characters. */
    public static final int LONGEST = 255;

    private static final char BETWEEN = '\0';

    /**
     * @param content all that the request says, in a fixed order; no part contains a NUL
     */
    public static IdempotencyKey of(String key, List<String> content) {
        try {
            byte[] said =
                    String.join(String.valueOf(BETWEEN), content).getBytes(StandardCharsets.UTF_8);
            return new IdempotencyKey(
                    key, new Hash(MessageDigest.getInstance("SHA-256").digest(said)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }

    /** SHA-256. */
    public static final class Hash {

        private final byte[] bytes;

        Hash(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        byte[] bytes() {
            return bytes.clone();
        }

        boolean matches(Hash other) {
            return MessageDigest.isEqual(bytes, other.bytes);
        }
    }
}
