package dev.parley.task;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The user has no task with this id. A task of another user gives the same error. */
public final class TaskNotFound extends ParleyException {

    TaskNotFound(TaskId id) {
        super(ProblemCode.NOT_FOUND, "There is no task " + id + ".");
    }
}
