package dev.parley.dashboard;

import dev.parley.quota.QuotaStatus;
import dev.parley.task.TaskCounts;
import dev.parley.turn.store.TurnQueries;
import java.time.Instant;

/** A user's counts, all read in one transaction. */
public record DashboardStats(
        TaskCounts tasks,
        long conversations,
        TurnQueries.TurnCounts turns,
        long unreadNotifications,
        QuotaStatus quota,
        Instant asOf) {}
