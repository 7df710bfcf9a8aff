package dev.parley.task;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** There is no such task, or it is somebody else's; the two are not told apart. */
public final class TaskNotFound extends ParleyException {

    TaskNotFound(TaskId id) {
        super(ProblemCode.NOT_FOUND, "There is no task " + id + ".");
    }
}
