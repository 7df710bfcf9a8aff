package dev.parley.task;

import dev.parley.agent.Arguments;
import java.util.Optional;

/** The arguments that the tools over tasks share. */
final class TaskArguments {

    private TaskArguments() {}

    static TaskId id(Arguments arguments) {
        return new TaskId(arguments.id("id"));
    }

    static Optional<Priority> priority(Arguments arguments) {
        return arguments.choice("priority", Priority::of, Priority.texts());
    }

    static Optional<Status> status(Arguments arguments) {
        return arguments.choice("status", Status::of, Status.texts());
    }
}
