package dev.parley.platform.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Sends messages to other runners by {@code NOTIFY}, many messages in one commit. PostgreSQL runs
 * commits with notifications one after the other in the whole database, so such commits must be
 * few, and a turn's transaction never notifies.
 */
@ApplicationScoped
public class RunnerMessenger {

    static final String FROM = "from";
    static final String CONTENT = "is";

    private final RunnerLease runner;
    private final AgroalDataSource database;

    RunnerMessenger(RunnerLease runner, AgroalDataSource database) {
        this.runner = runner;
        this.database = database;
    }

    /**
     * Sends messages; does nothing if there are none.
     *
     * @throws IllegalStateException if the database did not accept the messages
     */
    public void send(List<RunnerMessage> messages) {
        if (messages.isEmpty()) {
            return;
        }
        String[] channels =
                messages.stream().map(message -> message.to().channel()).toArray(String[]::new);
        String[] contents = messages.stream().map(this::toJson).toArray(String[]::new);
        try (Connection connection = database.getConnection();
                PreparedStatement notify =
                        connection.prepareStatement(
                                "select count(pg_notify(channel, content)) from unnest(?, ?) as"
                                        + " message (channel, content)")) {
            notify.setArray(1, connection.createArrayOf("text", channels));
            notify.setArray(2, connection.createArrayOf("text", contents));
            notify.execute();
        } catch (SQLException failure) {
            throw new IllegalStateException("Messages to other runners could not be sent", failure);
        }
    }

    private String toJson(RunnerMessage message) {
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.put(FROM, runner.id().toString());
        envelope.set(CONTENT, message.content());
        return envelope.toString();
    }
}
