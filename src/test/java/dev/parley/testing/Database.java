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
 * Looks into the database past Parley, and past the proxy. Tests ask it by the verbs below; {@link
 * #count}, {@link #texts} and {@link #change} are for what only one test wants to know.
 */
public record Database(DataSource source) {

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String OF_PARLEY = "application_name = 'parley'";

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
     * The same for very many rows: the database checks no reference and calls no trigger, so that
     * the statement has to leave no reference that leads nowhere.
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
     * The same, but waits for nobody's lock.
     *
     * @return how many rows it changed; none where somebody holds a lock that it needs
     */
    public int changeUnlessLocked(String statement, Object... values) {
        try (Connection connection = source.getConnection();
                Statement patience = connection.createStatement();
                PreparedStatement prepared = prepared(connection, statement, values)) {
            patience.execute("set lock_timeout = '100ms'");
            return prepared.executeUpdate();
        } catch (SQLException failure) {
            if (LOCK_NOT_AVAILABLE.equals(failure.getSQLState())) {
                return 0;
            }
            throw new IllegalStateException(statement, failure);
        }
    }

    /** Sessions of Parley's that hold a transaction open without doing anything in it. */
    public long idleInTransaction() {
        return count(
                "select count(*) from pg_stat_activity where state like 'idle in transaction%' and "
                        + OF_PARLEY);
    }

    /** Sessions of Parley's, whatever they do. */
    public long sessions() {
        return count("select count(*) from pg_stat_activity where " + OF_PARLEY);
    }

    /** Sessions of Parley's that wait for what somebody else has locked. */
    public long waitingForLocks() {
        return count(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and "
                        + OF_PARLEY);
    }

    /** Ends every session of Parley's, as an administrator would. */
    public long cutSessions() {
        return count(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where " + OF_PARLEY);
    }

    // ---- Turns

    /** How many turns the person has, whatever became of them. */
    public long turnsOf(Person person) {
        return count("select count(*) from turns where user_id = ?", person.id());
    }

    /** How many of them have this status. */
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

    /** How many turns of this status everybody has together. */
    public long turns(String status) {
        return count("select count(*) from turns where status = ?", status);
    }

    public String statusOf(String turn) {
        return texts("select status from turns where id = ?::uuid", turn).getFirst();
    }

    public int attemptOf(String turn) {
        return (int) count("select attempt from turns where id = ?::uuid", turn);
    }

    /** Whether the turn's row says that the turn is to be cancelled. */
    public boolean isToBeCancelled(String turn) {
        return count(
                        "select count(*) from turns where id = ?::uuid and cancel_requested_at is"
                                + " not null",
                        turn)
                == 1;
    }

    /** The names of the tools that the turn's steps record, in their order. */
    public List<String> stepsOf(String turn) {
        return texts(
                "select tool from turn_steps where turn_id = ?::uuid order by attempt, number",
                turn);
    }

    /** Makes another runner, alive or not, the one that runs the turn. */
    public void assignTurn(String turn, UUID runner) {
        change("update turns set runner_id = ? where id = ?::uuid", runner, turn);
    }

    /** Makes the turn's row say that it is to be cancelled, and tells nobody. */
    public void requestCancellation(String turn) {
        change("update turns set cancel_requested_at = now() where id = ?::uuid", turn);
    }

    /** Says that the turn is in its next attempt, as whoever takes it over does. */
    public void raiseAttempt(String turn) {
        change("update turns set attempt = attempt + 1 where id = ?::uuid", turn);
    }

    /** Puts a turn with its message in line; nobody is told. */
    public String enqueueTurn(Person person, String conversation, String agent, String message) {
        UUID turn = UUID.randomUUID();
        change(
                """
                with place as (update conversations set message_count = message_count + 1 where id = ?::uuid
                        returning id, user_id, message_count),
                    turn as (insert into turns (id, user_id, conversation_id, agent_type, status, started_at, position)
                        select ?, ?, id, ?, 'queued', now(), message_count from place)
                insert into messages (id, user_id, conversation_id, turn_id, position, role, content, created_at)
                select gen_random_uuid(), user_id, id, ?, message_count, 'user', ?, now() from place
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

    /** What the person said and was told, in the order of its positions. */
    public List<String> messagesOf(Person person) {
        return texts(
                "select content from messages where user_id = ? order by conversation_id, position",
                person.id());
    }

    /** How many of the messages have this role, {@code user} or {@code assistant}. */
    public long messagesOf(Person person, String role) {
        return count(
                "select count(*) from messages where user_id = ? and role = ?", person.id(), role);
    }

    /** The versions of the person's conversations, added up. */
    public long versionsOf(Person person) {
        return count(
                "select coalesce(sum(version), 0) from conversations where user_id = ?",
                person.id());
    }

    public long conversationsOf(Person person) {
        return count("select count(*) from conversations where user_id = ?", person.id());
    }

    // ---- Quota

    /** What the person's counters say, all months together. */
    public int usedBy(Person person) {
        return used(person.id());
    }

    public int used(UUID user) {
        return (int) count("select coalesce(sum(used), 0) from quotas where user_id = ?", user);
    }

    /** How many queries the ledger has of the person in a month. */
    public long chargesOf(Person person, YearMonth month) {
        return count(
                "select count(*) from charges where user_id = ? and month = ?",
                person.id(),
                month.atDay(1));
    }

    /** Leaves a user so many queries of the month. */
    public void leaveQueries(UUID user, int left, int limit) {
        change(
                """
                insert into quotas (user_id, month, used) values (?, date_trunc('month', now() at time zone 'UTC')::date, ?)
                on conflict (user_id, month) do update set used = excluded.used
                """,
                user,
                limit - left);
    }

    /** Puts a user on a plan, of the configuration or not. */
    public void subscribe(Person person, String plan) {
        change("insert into subscriptions (user_id, plan) values (?, ?)", person.id(), plan);
    }

    /** Adds charges of a month to the ledger, past the counters. */
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

    /** Sets the counter of a month, past the ledger. */
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

    /** What the person's counter of a month says. */
    public int usedBy(Person person, YearMonth month) {
        return (int)
                count(
                        "select coalesce(sum(used), 0) from quotas where user_id = ? and month = ?",
                        person.id(),
                        month.atDay(1));
    }

    // ---- What else there is

    /** The kinds of the person's notifications with the turns that they are about, oldest first. */
    public List<String> notificationsOf(Person person) {
        return texts(
                "select concat_ws(' ', kind, turn_id) from notifications where user_id = ? order"
                        + " by id",
                person.id());
    }

    /** How many runners have a row, alive or not. */
    public long runners() {
        return count("select count(*) from runners");
    }

    /** Lets a runner live elsewhere, of which nothing more is heard. */
    public void addRunner(UUID runner) {
        change(
                "insert into runners (id, host, seen_at) values (?, 'elsewhere', now() + interval"
                        + " '1 hour')",
                runner);
    }

    public void removeRunner(UUID runner) {
        change("delete from runners where id = ?", runner);
    }

    /** How many idempotency keys of the person are known. */
    public long idempotencyKeysOf(Person person) {
        return count("select count(*) from idempotency_keys where user_id = ?", person.id());
    }

    /** How many accounts have this name: none or one. */
    public long accountsCalled(String username) {
        return count("select count(*) from accounts where username = ?", username);
    }

    /** Ends all tokens of the person's, as a change of the password does. */
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
