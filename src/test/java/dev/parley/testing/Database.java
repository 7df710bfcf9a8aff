package dev.parley.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Reads and changes the database directly, without Parley and without the proxy. {@link #count},
 * {@link #texts} and {@link #change} are for statements that only one test needs.
 */
public record Database(DataSource source) {

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String IS_PARLEY = "application_name = 'parley'";

    public long count(String query, Object... values) {
        return Long.parseLong(texts(query, values).getFirst());
    }

    /** The first column of each row. */
    public List<String> texts(String query, Object... values) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = prepared(connection, query, values);
                ResultSet rows = statement.executeQuery()) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(String.valueOf(rows.getString(1)));
            }
            return texts;
        } catch (SQLException failure) {
            throw new IllegalStateException(query, failure);
        }
    }

    public int change(String statement, Object... values) {
        try (Connection connection = source.getConnection();
                PreparedStatement prepared = prepared(connection, statement, values)) {
            return prepared.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException(statement, failure);
        }
    }

    /**
     * Executes a statement that changes very many rows. The database checks no foreign key and
     * calls no trigger: the statement must not leave a broken reference.
     */
    public int changeInBulk(String statement, Object... values) {
        try (Connection connection = source.getConnection();
                Statement unchecked = connection.createStatement();
                PreparedStatement prepared = prepared(connection, statement, values)) {
            unchecked.execute("set session_replication_role = replica");
            return prepared.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException(statement, failure);
        }
    }

    /**
     * Executes a statement with a lock timeout of 100 ms.
     *
     * @return the number of rows changed; 0 if the lock timeout expired
     */
    public int changeUnlessLocked(String statement, Object... values) {
        try (Connection connection = source.getConnection();
                Statement timeout = connection.createStatement();
                PreparedStatement prepared = prepared(connection, statement, values)) {
            timeout.execute("set lock_timeout = '100ms'");
            return prepared.executeUpdate();
        } catch (SQLException failure) {
            if (LOCK_NOT_AVAILABLE.equals(failure.getSQLState())) {
                return 0;
            }
            throw new IllegalStateException(statement, failure);
        }
    }

    /** The number of Parley's sessions that are idle in a transaction. */
    public long idleInTransaction() {
        return count(
                "select count(*) from pg_stat_activity where state like 'idle in transaction%' and "
                        + IS_PARLEY);
    }

    /** The number of Parley's sessions. */
    public long sessions() {
        return count("select count(*) from pg_stat_activity where " + IS_PARLEY);
    }

    /** The number of Parley's sessions that wait for a lock. */
    public long waitingForLocks() {
        return count(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and "
                        + IS_PARLEY);
    }

    /** Terminates all of Parley's sessions, as an administrator would. */
    public long cutSessions() {
        return count(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where " + IS_PARLEY);
    }

    /** Terminates those of Parley's sessions that execute a statement or are in a transaction. */
    public long cutBusySessions() {
        return count(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where state <>"
                        + " 'idle' and "
                        + IS_PARLEY);
    }

    /** Terminates those of Parley's sessions that wait for a lock. */
    public long cutSessionsWaitingForLocks() {
        return count(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where"
                        + " wait_event_type = 'Lock' and "
                        + IS_PARLEY);
    }

    // ---- Turns

    /**
     * Adds exchanges to a conversation of one exchange, until it has so many messages: {@code
     * question 2 TEXT}, {@code answer 2 TEXT} and so on.
     */
    public void lengthen(String conversation, int messages, String text) {
        changeInBulk(
                """
                with turn as (
                    select gen_random_uuid() as id, gen_random_uuid() as reply, n from generate_series(2, ? / 2) n),
                turned as (
                    insert into turns (id, user_id, conversation_id, agent_type, status, started_at, ended_at, reply_id, version)
                    select turn.id, user_id, conversations.id, 'echo', 'succeeded', now(), now(), reply, n
                    from turn, conversations where conversations.id = ?::uuid),
                counted as (update conversations set message_count = ? where id = ?::uuid)
                insert into messages (id, user_id, conversation_id, turn_id, position, role, content, created_at)
                select case role when 'user' then gen_random_uuid() else reply end, user_id, conversations.id, turn.id,
                    2 * n - case role when 'user' then 1 else 0 end, role,
                    case role when 'user' then 'question ' else 'answer ' end || n || ' ' || ?, now()
                from turn, conversations, (values ('user'), ('assistant')) as roles (role)
                where conversations.id = ?::uuid
                """,
                messages,
                conversation,
                messages,
                conversation,
                text,
                conversation);
    }

    /** The number of the person's turns of any status. */
    public long turnsOf(Person person) {
        return count("select count(*) from turns where user_id = ?", person.id());
    }

    /** The number of the person's turns of this status. */
    public long turnsOf(Person person, String status) {
        return count(
                "select count(*) from turns where user_id = ? and status = ?", person.id(), status);
    }

    /** The ids of the person's turns of this status, oldest first. */
    public List<String> turnIdsOf(Person person, String status) {
        return texts(
                "select id from turns where user_id = ? and status = ? order by id",
                person.id(),
                status);
    }

    /** The number of turns of this status, of all users. */
    public long turns(String status) {
        return count("select count(*) from turns where status = ?", status);
    }

    public String statusOf(String turn) {
        return texts("select status from turns where id = ?::uuid", turn).getFirst();
    }

    public int attemptOf(String turn) {
        return (int) count("select attempt from turns where id = ?::uuid", turn);
    }

    /** Whether the turn's row requests its cancellation. */
    public boolean isToBeCancelled(String turn) {
        return count(
                        "select count(*) from turns where id = ?::uuid and cancel_requested_at is"
                                + " not null",
                        turn)
                == 1;
    }

    /** The tool names of the turn's recorded tool steps, in order. */
    public List<String> stepsOf(String turn) {
        return texts(
                "select tool from turn_steps where turn_id = ?::uuid and ok order by attempt,"
                        + " number",
                turn);
    }

    /** Assigns the turn to another runner, alive or not. */
    public void assignTurn(String turn, UUID runner) {
        change("update turns set runner_id = ? where id = ?::uuid", runner, turn);
    }

    /** Requests the cancellation in the turn's row, without a message to its runner. */
    public void requestCancellation(String turn) {
        change("update turns set cancel_requested_at = now() where id = ?::uuid", turn);
    }

    /** Raises the attempt of the turn, as a runner does that takes the turn over. */
    public void raiseAttempt(String turn) {
        change("update turns set attempt = attempt + 1 where id = ?::uuid", turn);
    }

    /** Queues a turn with its message, without a message to any runner. */
    public String enqueueTurn(Person person, String conversation, String agent, String message) {
        UUID turn = UUID.randomUUID();
        change(
                """
                with position as (update conversations set message_count = message_count + 1 where id = ?::uuid
                        returning id, user_id, message_count),
                    turn as (insert into turns (id, user_id, conversation_id, agent_type, status, started_at, position)
                        select ?, ?, id, ?, 'queued', now(), message_count from position)
                insert into messages (id, user_id, conversation_id, turn_id, position, role, content, created_at)
                select gen_random_uuid(), user_id, id, ?, message_count, 'user', ?, now() from position
                """,
                conversation,
                turn,
                person.id(),
                agent,
                turn,
                message);
        return turn.toString();
    }

    // ---- Conversations

    /** The contents of the person's messages, in the order of their positions. */
    public List<String> messagesOf(Person person) {
        return texts(
                "select content from messages where user_id = ? order by conversation_id, position",
                person.id());
    }

    /** The number of the person's messages of this role, {@code user} or {@code assistant}. */
    public long messagesOf(Person person, String role) {
        return count(
                "select count(*) from messages where user_id = ? and role = ?", person.id(), role);
    }

    /** The sum of the versions of the person's conversations. */
    public long versionsOf(Person person) {
        return count(
                "select coalesce(sum(version), 0) from conversations where user_id = ?",
                person.id());
    }

    public long conversationsOf(Person person) {
        return count("select count(*) from conversations where user_id = ?", person.id());
    }

    // ---- Quota

    /** The sum of the person's quota counters of all months. */
    public int usedBy(Person person) {
        return used(person.id());
    }

    public int used(UUID user) {
        return (int) count("select coalesce(sum(used), 0) from quotas where user_id = ?", user);
    }

    /** The number of the person's charges of a month in the ledger. */
    public long chargesOf(Person person, YearMonth month) {
        return count(
                "select count(*) from charges where user_id = ? and month = ?",
                person.id(),
                month.atDay(1));
    }

    /** Sets the counter of the current month so that the user has {@code left} queries left. */
    public void leaveQueries(UUID user, int left, int limit) {
        change(
                """
                insert into quotas (user_id, month, used) values (?, date_trunc('month', now() at time zone 'UTC')::date, ?)
                on conflict (user_id, month) do update set used = excluded.used
                """,
                user,
                limit - left);
    }

    /** Assigns a plan to a user, whether the plan is configured or not. */
    public void subscribe(Person person, String plan) {
        change("insert into subscriptions (user_id, plan) values (?, ?)", person.id(), plan);
    }

    /** Adds charges of a month to the ledger without changing the counter. */
    public void addCharges(Person person, YearMonth month, int charges) {
        change(
                """
                insert into charges (user_id, month, turn_id, charged_at)
                select ?, ?, gen_random_uuid(), ?::date + interval '1 day' from generate_series(1, ?)
                """,
                person.id(),
                month.atDay(1),
                month.atDay(1),
                charges);
    }

    /** Sets the counter of a month without changing the ledger. */
    public void setUsed(Person person, YearMonth month, int used) {
        change(
                """
                insert into quotas (user_id, month, used) values (?, ?, ?)
                on conflict (user_id, month) do update set used = excluded.used
                """,
                person.id(),
                month.atDay(1),
                used);
    }

    /** The person's quota counter of a month. */
    public int usedBy(Person person, YearMonth month) {
        return (int)
                count(
                        "select coalesce(sum(used), 0) from quotas where user_id = ? and month = ?",
                        person.id(),
                        month.atDay(1));
    }

    // ---- Other tables

    /** The kinds of the person's notifications with the turns that they are about, oldest first. */
    public List<String> notificationsOf(Person person) {
        return texts(
                "select concat_ws(' ', kind, turn_id) from notifications where user_id = ? order"
                        + " by id",
                person.id());
    }

    /** The number of runners with a row, alive or not. */
    public long runners() {
        return count("select count(*) from runners");
    }

    /** Adds a runner of another host whose heartbeat is an hour in the future. */
    public void addRunner(UUID runner) {
        change(
                "insert into runners (id, host, seen_at) values (?, 'elsewhere', now() + interval"
                        + " '1 hour')",
                runner);
    }

    public void removeRunner(UUID runner) {
        change("delete from runners where id = ?", runner);
    }

    /** The number of the person's idempotency keys. */
    public long idempotencyKeysOf(Person person) {
        return count("select count(*) from idempotency_keys where user_id = ?", person.id());
    }

    /** The number of accounts with this name: 0 or 1. */
    public long accountsCalled(String username) {
        return count("select count(*) from accounts where username = ?", username);
    }

    /** Revokes all of the person's tokens, as a change of the password does. */
    public void endTokensOf(Person person) {
        change(
                "update accounts set password_version = password_version + 1 where id = ?",
                person.id());
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
