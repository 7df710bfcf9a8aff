package dev.parley.database;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * Gives migrations connections of their own: the pool's have limits of time, which are meant for
 * requests. Filling a column of a large table takes what it takes.
 */
@Singleton
class Migrations implements FlywayConfigurationCustomizer {

    private final Optional<String> url;
    private final Optional<String> username;
    private final Optional<String> password;

    Migrations(
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") Optional<String> url,
            @ConfigProperty(name = "quarkus.datasource.username") Optional<String> username,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password) {
        this.url = url;
        this.username = username;
        this.password = password;
    }

    @Override
    public void customize(FluentConfiguration configuration) {
        url.ifPresent(target ->
                configuration.dataSource(target, username.orElse(null), password.orElse(null)));
    }
}
