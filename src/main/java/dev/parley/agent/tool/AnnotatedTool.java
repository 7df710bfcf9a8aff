package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.identity.UserId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tool implemented by an {@link AgentTool} method. The arguments are validated before the
 * transactional bean is called.
 */
record AnnotatedTool(
        String name,
        JsonNode parameters,
        AgentTools bean,
        Method method,
        AgentTool annotation,
        ToolArguments reader)
        implements Tool {

    @Override
    public String description() {
        return annotation.value();
    }

    @Override
    public void validate(JsonNode arguments) {
        if (hasArguments()) {
            read(arguments);
        }
    }

    @Override
    public JsonNode execute(UserId user, JsonNode arguments) {
        return hasArguments() ? call(user, read(arguments)) : call(user);
    }

    private boolean hasArguments() {
        return method.getParameterCount() > 1;
    }

    private Object read(JsonNode arguments) {
        return reader.read(method.getParameterTypes()[1], parameters, arguments);
    }

    private JsonNode call(Object... values) {
        try {
            return (JsonNode) Objects.requireNonNull(method.invoke(bean, values));
        } catch (InvocationTargetException failure) {
            throw failure(failure.getCause());
        } catch (IllegalAccessException failure) {
            throw new IllegalStateException("Tool " + name + " cannot be called", failure);
        }
    }

    private RuntimeException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case RuntimeException refusal when isRefusal(refusal) ->
                    new ToolRefused(String.valueOf(refusal.getMessage()));
            case RuntimeException failure -> failure;
            case Error error -> throw error;
            case null, default -> new IllegalStateException("Tool " + name + " failed", cause);
        };
    }

    private boolean isRefusal(RuntimeException failure) {
        return Arrays.stream(annotation.refusals()).anyMatch(type -> type.isInstance(failure));
    }
}
