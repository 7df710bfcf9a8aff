package dev.parley.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** A YAML document in a file, with its fields in the order of their names. */
public record YamlFile(Path path) {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    public static JsonNode parsed(String yaml) {
        return JSON.valueToTree(new Yaml().load(yaml));
    }

    public String text() {
        try {
            return Files.readString(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public JsonNode read() {
        return parsed(text());
    }

    public void write(JsonNode document) throws IOException {
        Files.writeString(path, text(document));
    }

    /** The text of a document as {@link #write} writes it. */
    public static String text(JsonNode document) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(120);
        try {
            Object sorted =
                    JSON.readValue(
                            JSON.writeValueAsString(JSON.treeToValue(document, Object.class)),
                            Object.class);
            return new Yaml(options).dump(sorted);
        } catch (JsonProcessingException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
