package dev.parley.platform.database.migration;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Gives migrations separate connections with the pool's settings, but without the pool's time
 * limits. The limits are meant for requests; a migration that fills a column of a large table may
 * take longer. If the operator has set {@code quarkus.flyway.jdbc-url}, Flyway uses that database
 * instead.
 */
@Singleton
class FlywayDataSourceCustomizer implements FlywayConfigurationCustomizer {

    private static final String STATEMENT_TIMEOUT = "socketTimeout";

    private final Optional<String> flywayUrl;
    private final Optional<String> url;
    private final Optional<String> username;
    private final Optional<String> password;
    private final Map<String, String> properties;

    FlywayDataSourceCustomizer(
            @ConfigProperty(name = "quarkus.flyway.jdbc-url") Optional<String> flywayUrl,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") Optional<String> url,
            @ConfigProperty(name = "quarkus.datasource.username") Optional<String> username,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password,
            @ConfigProperty(name = "quarkus.datasource.jdbc.additional-jdbc-properties")
                    Map<String, String> properties) {
        this.flywayUrl = flywayUrl;
        this.url = url;
        this.username = username;
        this.password = password;
        this.properties = Map.copyOf(properties);
    }

    @Override
    public void customize(FluentConfiguration configuration) {
        if (flywayUrl.isEmpty()) {
            url.ifPresent(target -> configuration.dataSource(withoutTimeout(target)));
        }
    }

    private PGSimpleDataSource withoutTimeout(String target) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        try {
            source.setURL(target);
            for (Map.Entry<String, String> property : properties.entrySet()) {
                if (!property.getKey().equals(STATEMENT_TIMEOUT)) {
                    source.setProperty(property.getKey(), property.getValue());
                }
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(
                    "quarkus.datasource.jdbc.additional-jdbc-properties: " + failure.getMessage(),
                    failure);
        }
        username.ifPresent(source::setUser);
        password.ifPresent(source::setPassword);
        return source;
    }
}
