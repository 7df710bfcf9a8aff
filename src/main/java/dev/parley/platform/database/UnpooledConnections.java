package dev.parley.platform.database;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.postgresql.Driver;

/**
 * Connections to the database outside of the pool, for what must work while the pool is exhausted
 * or cannot be filled. A process that serves has two: the runner's connection, and the connection
 * of the readiness probe.
 */
@Singleton
public class UnpooledConnections {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(10);

    private final String url;
    private final Optional<String> username;
    private final Optional<String> password;

    UnpooledConnections(
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") Optional<String> username,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password) {
        this.url = url;
        this.username = username;
        this.password = password;
    }

    /**
     * Opens a connection, which the caller closes. Blocks for 5 seconds at most; a statement may
     * wait 10 seconds for its result.
     *
     * @param applicationName the name that {@code pg_stat_activity} shows
     * @throws SQLException if the database cannot be reached or refuses the connection
     */
    public Connection connect(String applicationName) throws SQLException {
        Connection connection = new Driver().connect(url, properties(applicationName));
        if (connection == null) {
            throw new SQLException(
                    "QUARKUS_DATASOURCE_JDBC_URL does not start with jdbc:postgresql:");
        }
        return connection;
    }

    private Properties properties(String applicationName) {
        Properties properties = new Properties();
        username.ifPresent(name -> properties.setProperty("user", name));
        password.ifPresent(secret -> properties.setProperty("password", secret));
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("connectTimeout", seconds(CONNECT_TIMEOUT));
        properties.setProperty("loginTimeout", seconds(CONNECT_TIMEOUT));
        properties.setProperty("socketTimeout", seconds(SOCKET_TIMEOUT));
        properties.setProperty("tcpKeepAlive", "true");
        return properties;
    }

    private static String seconds(Duration duration) {
        return Long.toString(duration.toSeconds());
    }
}
