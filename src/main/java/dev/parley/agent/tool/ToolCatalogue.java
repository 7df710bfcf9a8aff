package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.arc.All;
import io.quarkus.arc.InstanceHandle;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All tools, by name. */
@Singleton
public class ToolCatalogue {

    /** The schema of each tool's arguments. {@code ToolSchemaTest} generates the file. */
    private static final String SCHEMAS = "/tools.json";

    private final Map<String, Tool> tools = new TreeMap<>();

    ToolCatalogue(
            @All List<InstanceHandle<AgentTools>> beans, ToolArguments reader, ObjectMapper json) {
        JsonNode schemas = readSchemas(json);
        for (InstanceHandle<AgentTools> bean : beans) {
            for (Method method : bean.getBean().getBeanClass().getDeclaredMethods()) {
                @Nullable AgentTool annotation = method.getAnnotation(AgentTool.class);
                if (annotation != null) {
                    String name = ToolArguments.nameOf(method.getName());
                    method.setAccessible(true); // The class is private to its module
                    add(
                            new AnnotatedTool(
                                    name,
                                    schemas.required(name),
                                    bean.get(),
                                    method,
                                    annotation,
                                    reader));
                }
            }
        }
    }

    public Map<String, Tool> tools() {
        return Collections.unmodifiableMap(tools);
    }

    /** The tools with these names, in the order of the names. */
    public Map<String, Tool> named(Set<String> names) {
        Map<String, Tool> named = new TreeMap<>(tools);
        named.keySet().retainAll(names);
        return Collections.unmodifiableMap(named);
    }

    void add(Tool tool) {
        if (tools.putIfAbsent(tool.name(), tool) != null) {
            throw new IllegalStateException("Two tools have the name " + tool.name());
        }
    }

    private static JsonNode readSchemas(ObjectMapper json) {
        try (InputStream file =
                Objects.requireNonNull(ToolCatalogue.class.getResourceAsStream(SCHEMAS), SCHEMAS)) {
            return json.readTree(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
