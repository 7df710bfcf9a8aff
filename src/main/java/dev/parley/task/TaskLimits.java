package dev.parley.task;

/** How large a task may be, in characters. */
public final class TaskLimits {

    public static final int TITLE = 200;
    public static final int DESCRIPTION = 4_000;

    private TaskLimits() {}
}
