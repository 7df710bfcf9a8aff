package dev.parley.dashboard;

import dev.parley.conversation.ConversationService;
import dev.parley.notification.NotificationService;
import dev.parley.platform.database.sql.CombinedQuery;
import dev.parley.platform.identity.UserId;
import dev.parley.quota.QuotaService;
import dev.parley.quota.QuotaStatus;
import dev.parley.task.TaskCounts;
import dev.parley.task.TaskService;
import dev.parley.turn.store.TurnQueries;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;

/** Collects the counts of a user from all modules. */
@ApplicationScoped
public class DashboardService {

    private final EntityManager database;
    private final TaskService tasks;
    private final ConversationService conversations;
    private final TurnQueries turns;
    private final NotificationService notifications;
    private final QuotaService quota;
    private final Clock clock;

    DashboardService(
            EntityManager database,
            TaskService tasks,
            ConversationService conversations,
            TurnQueries turns,
            NotificationService notifications,
            QuotaService quota,
            Clock clock) {
        this.database = database;
        this.tasks = tasks;
        this.conversations = conversations;
        this.turns = turns;
        this.notifications = notifications;
        this.quota = quota;
        this.clock = clock;
    }

    /** Reads all counts in one statement, and therefore at one point in time. */
    // Of its own, since the statement ends it
    @Transactional(TxType.REQUIRES_NEW)
    public DashboardStats read(UserId user) {
        CombinedQuery query = new CombinedQuery();
        CombinedQuery.Result<TaskCounts> taskCounts = query.at(tasks.counts(user));
        CombinedQuery.Result<Long> conversationCount = query.at(conversations.count(user));
        CombinedQuery.Result<TurnQueries.TurnCounts> turnCounts = query.at(turns.counts(user));
        CombinedQuery.Result<Long> unreadCount = query.at(notifications.unread(user));
        CombinedQuery.Result<QuotaStatus> quotaStatus = query.at(quota.status(user));
        query.readAndCommit(database);
        return new DashboardStats(
                taskCounts.figures(),
                conversationCount.figures(),
                turnCounts.figures(),
                unreadCount.figures(),
                quotaStatus.figures(),
                clock.instant());
    }
}
