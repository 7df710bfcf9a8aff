package dev.parley.agent.approval;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The SHA-256 hash of JSON, which tells whether arguments or a schema are the same as before. The
 * order of names, white space and the spelling of a number ({@code 1.0}, {@code 1}) make no
 * difference, so that the hash survives a column of type {@code jsonb}.
 */
public final class ToolCallHash {

    private static final JsonFactory CANONICAL =
            // A lone surrogate has no UTF-8; escaped, it keeps its value
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private ToolCallHash() {}

    /**
     * @return 64 lower-case hexadecimal digits
     */
    public static String of(JsonNode json) {
        MessageDigest digest = sha256();
        try (JsonGenerator generator =
                CANONICAL.createGenerator(
                        new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
            write(json, generator);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void write(JsonNode json, JsonGenerator generator) throws IOException {
        if (json.isObject()) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            json.forEachEntry(sorted::put);
            generator.writeStartObject();
            for (Map.Entry<String, JsonNode> entry : sorted.entrySet()) {
                generator.writeFieldName(entry.getKey());
                write(entry.getValue(), generator);
            }
            generator.writeEndObject();
        } else if (json.isArray()) {
            generator.writeStartArray();
            for (JsonNode item : json) {
                write(item, generator);
            }
            generator.writeEndArray();
        } else if (json instanceof NumericNode number && !number.isNaN()) {
            generator.writeNumber(exact(number.decimalValue()));
        } else if (json.isBoolean()) {
            generator.writeBoolean(json.booleanValue());
        } else if (json.isNull() || json.isMissingNode()) {
            generator.writeNull();
        } else {
            generator.writeString(json.asText());
        }
    }

    private static BigDecimal exact(BigDecimal number) {
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException("Each Java runtime has SHA-256", failure);
        }
    }
}
