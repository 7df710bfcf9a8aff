package dev.parley.task;

/** There is no such task, or it is somebody else's; the two are not told apart. */
public final class TaskNotFound extends RuntimeException {

    TaskNotFound(TaskId id) {
        super("There is no task " + id + ".", null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
