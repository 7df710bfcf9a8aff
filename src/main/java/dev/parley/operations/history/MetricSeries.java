package dev.parley.operations.history;

import java.util.Locale;

/** What the history keeps of the metrics. A value that nobody measured is missing in its sample. */
public enum MetricSeries {
    /** Turns that this process is opening, running or settling. */
    TURNS_IN_FLIGHT,
    /** Share of the turns in flight that this process accepts, from 0 to 1. */
    TURNS_UTILIZATION,
    /** Turns that succeeded since the sample before; the next five likewise. */
    TURNS_SUCCEEDED,
    TURNS_FAILED,
    TURNS_TIMED_OUT,
    TURNS_CANCELLED,
    TURNS_INTERRUPTED,
    /** Mean time from opening to settling, of the turns that ended since the sample before. */
    TURN_MEAN_MS,
    /**
     * Median of the runs of agents that ended since the sample before, also of workers; estimated
     * from a histogram whose boundaries double, as Prometheus would.
     */
    AGENT_P50_MS,
    /** The 99th percentile of these runs. */
    AGENT_P99_MS,
    /** Connections of the pool that are checked out. */
    POOL_IN_USE,
    /** Open connections of the pool that are not checked out. */
    POOL_FREE,
    /** Threads that wait for a connection. */
    POOL_WAITING,
    /** Tools that wait for their turn to use the database. */
    TOOLS_WAITING,
    /** Items that wait for a group commit or are in one. */
    GROUP_COMMIT_QUEUED,
    /** Mean time that tasks waited for the event loops, of the tasks since the sample before. */
    EVENT_LOOP_LAG_MS,
    /** The longest time for which an event loop has run no task. */
    EVENT_LOOP_BLOCKED_MS,
    /** Tasks that wait for the event loops. */
    EVENT_LOOP_WAITING,
    /** Resident memory of the process. */
    MEMORY_RESIDENT_BYTES,
    /** The part of the heap that is used. */
    HEAP_USED_BYTES,
    /** State of the worst circuit breaker: 0 closed, 0.5 half open, 1 open. */
    CIRCUIT_STATE,
    /** Tool calls that wait for a person, of all replicas together. */
    APPROVALS_OPEN;

    /** The name in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
