package dev.parley.task;

import dev.parley.agent.Arguments;
import dev.parley.agent.ToolRefused;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The arguments that the tools over tasks share. */
final class TaskArguments {

    private TaskArguments() {}

    static TaskId id(Arguments arguments) {
        return new TaskId(arguments.id("id"));
    }

    static Optional<Priority> priority(Arguments arguments) {
        return choice(arguments, "priority", Priority::of, Priority.texts());
    }

    static Optional<Status> status(Arguments arguments) {
        return choice(arguments, "status", Status::of, Status.texts());
    }

    private static <T> Optional<T> choice(
            Arguments arguments,
            String name,
            Function<String, Optional<T>> read,
            List<String> choices) {
        return arguments
                .optionalText(name, 20)
                .map(text ->
                        read.apply(text)
                                .orElseThrow(() ->
                                        new ToolRefused(
                                                "The argument %s must be one of %s."
                                                        .formatted(
                                                                name,
                                                                String.join(", ", choices)))));
    }
}
