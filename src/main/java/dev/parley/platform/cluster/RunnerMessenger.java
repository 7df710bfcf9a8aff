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
 * Sends letters to other runners by {@code NOTIFY}, many with one commit: commits that notify come
 * one after the other in the whole database, so they are few, and never those of a turn.
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
     * @throws IllegalStateException where the database did not take them
     */
    public void send(List<RunnerMessage> letters) {
        if (letters.isEmpty()) {
            return;
        }
        String[] channels =
                letters.stream().map(letter -> letter.to().channel()).toArray(String[]::new);
        String[] contents = letters.stream().map(this::written).toArray(String[]::new);
        try (Connection connection = database.getConnection();
                PreparedStatement notify =
                        connection.prepareStatement(
                                "select count(pg_notify(channel, content)) from unnest(?, ?) as"
                                        + " letter (channel, content)")) {
            notify.setArray(1, connection.createArrayOf("text", channels));
            notify.setArray(2, connection.createArrayOf("text", contents));
            notify.execute();
        } catch (SQLException failure) {
            throw new IllegalStateException("Letters to other runners were not sent", failure);
        }
    }

    private String written(RunnerMessage letter) {
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.put(FROM, runner.id().toString());
        envelope.set(CONTENT, letter.content());
        return envelope.toString();
    }
}
