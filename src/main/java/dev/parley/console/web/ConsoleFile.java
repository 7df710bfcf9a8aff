package dev.parley.console.web;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the console.
 *
 * @param compressed the content in gzip
 * @param isHashed whether another content has another name
 */
record ConsoleFile(
        String contentType, Buffer content, Buffer compressed, String etag, boolean isHashed) {

    static ConsoleFile hashed(String name, Buffer content) {
        return of(name, content, true);
    }

    static ConsoleFile named(String name, Buffer content) {
        return of(name, content, false);
    }

    private static ConsoleFile of(String name, Buffer content, boolean isHashed) {
        byte[] bytes = content.getBytes();
        return new ConsoleFile(
                contentType(name),
                content,
                Buffer.buffer(gzip(bytes)),
                "\"" + hash(bytes) + "\"",
                isHashed);
    }

    private static String contentType(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            case "html" -> "text/html; charset=utf-8";
            default -> throw new IllegalArgumentException("No content type is known for " + name);
        };
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return compressed.toByteArray();
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 16);
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException("Every Java has SHA-256", failure);
        }
    }
}
