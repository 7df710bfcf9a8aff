package dev.parley.platform.database.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Database;
import dev.parley.testing.Postgres;
import java.time.Duration;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** A database that has been used is brought up to date, with all that stands in it. */
class MigrationTest {

    private static final String BEFORE_USERS_HAD_MORE = "8";
    private static final int TURNS = 2_000;

    @Test
    void keepsOldRowsAndFillsNewColumnsOfUsedDatabase() {
        String name = "migrated_" + UUID.randomUUID().toString().substring(0, 8);
        Postgres.database().change("create database " + name);
        migrate(name, BEFORE_USERS_HAD_MORE);
        Database database = database(name);
        database.change(
                "insert into accounts (id, username, password_hash, created_at) select"
                        + " gen_random_uuid(), 'u' || n, 'x', now() from generate_series(1, 10) n");
        database.change(
                "insert into conversations (id, user_id, title, agent_type, created_at, updated_at)"
                    + " select gen_random_uuid(), id, 'c', 'offline', now(), now() from accounts");
        database.change(
                """
                with turn as (
                    select gen_random_uuid() as id, gen_random_uuid() as reply, conversations.id as conversation, user_id, n
                    from generate_series(1, ? / 10) n, conversations),
                turned as (
                    insert into turns (id, user_id, conversation_id, agent_type, status, started_at, ended_at, reply_id)
                    select id, user_id, conversation, 'offline', 'succeeded', now(), now(), reply from turn)
                insert into messages (id, conversation_id, turn_id, position, role, content, created_at)
                select gen_random_uuid(), conversation, id, n, 'user', 'hello number ' || n, now() from turn
                """,
                TURNS);
        database.change(
                "insert into tasks (id, user_id, title, status, priority, due_on, created_at,"
                        + " updated_at) select gen_random_uuid(), id, 't', 'pending', 'low',"
                        + " '2020-01-01', now(), now() from accounts");

        migrate(name, "17");
        // Names that users typed into the catalogue of everybody: one is in use, one no longer
        database.change(
                "insert into skills (id, name) values (gen_random_uuid(), 'Java'),"
                        + " (gen_random_uuid(), 'left behind')");
        database.change(
                "insert into user_skills (user_id, skill_id, level, updated_at) select accounts.id,"
                        + " skills.id, 3, now() from accounts, skills where name = 'Java'");
        database.change(
                "insert into trainings (id, user_id, skill_id, title, status, created_at,"
                        + " updated_at) select gen_random_uuid(), accounts.id, skills.id, 't',"
                        + " 'planned', now(), now() from accounts, skills where name = 'Java'");

        migrate(name, "latest");

        assertThat(
                        database.count(
                                "select count(*) from messages join conversations on"
                                    + " conversations.id = conversation_id where messages.user_id ="
                                    + " conversations.user_id"))
                .isEqualTo(TURNS);
        assertThat(database.count("select count(*) from charges")).isEqualTo(TURNS);
        // Long overdue: that is no news
        assertThat(database.count("select count(*) from tasks where told_due_on is null")).isZero();
        // As a replica of the release before writes it
        database.change(
                "insert into messages (id, conversation_id, turn_id, position, role, content,"
                        + " created_at) select gen_random_uuid(), conversation_id, id, 1000000,"
                        + " 'assistant', 'late', now() from turns limit 1");
        assertThat(database.count("select count(*) from messages where user_id is null")).isZero();
        // Each user has the name as their own, and the catalogue has none
        assertThat(
                        database.count(
                                "select count(*) from user_skills join skills on skills.id ="
                                        + " skill_id where skills.user_id = user_skills.user_id and"
                                        + " name = 'Java'"))
                .isEqualTo(10);
        assertThat(
                        database.count(
                                "select count(*) from trainings join skills on skills.id = skill_id"
                                        + " where skills.user_id = trainings.user_id"))
                .isEqualTo(10);
        assertThat(database.count("select count(*) from skills")).isEqualTo(10);
        // By which a start knows that there is nothing to do
        assertThat(database.count("select max(version::int) from flyway_schema_history"))
                .isEqualTo(SchemaMigration.VERSION);
    }

    private static void migrate(String name, String target) {
        FluentConfiguration configuration =
                Flyway.configure()
                        .dataSource(database(name).source())
                        .locations("classpath:db/migration")
                        .target(target);
        new FlywayLockCustomizer(Duration.ofSeconds(2)).customize(configuration);
        configuration.load().migrate();
    }

    private static Database database(String name) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(Postgres.url(name));
        return new Database(source);
    }
}
