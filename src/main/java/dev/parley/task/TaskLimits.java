package dev.parley.task;

/** Maximum lengths of the texts of a task, in UTF-16 code units. */
public final class TaskLimits {

    public static final int TITLE = 200;
    public static final int DESCRIPTION = 4_000;

    private TaskLimits() {}
}
