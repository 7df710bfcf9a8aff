package dev.parley.platform.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.platform.database.embedded.EmbeddedDatabase.JdbcAddress;
import dev.parley.testing.Database;
import dev.parley.testing.OwnPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

class EmbeddedDatabaseTest {

    @TempDir static Path shared;
    private static EmbeddedDatabase running;

    @TempDir Path parent;
    private Path home;

    @BeforeAll
    static void start() {
        running = EmbeddedDatabase.start(shared.resolve("home"));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @BeforeEach
    void nameHome() {
        home = parent.resolve("home");
    }

    @Test
    void refusesConnectionsWithoutTheRightPassword() {
        JdbcAddress address = running.address();

        assertRefused(address, "postgres", "");
        assertRefused(address, "postgres", "postgres");
        // The application's password opens nothing but the application's role
        assertRefused(address, "postgres", address.password());
        assertRefused(address, "parley", "parley");
        assertThat(address.toString()).doesNotContain(address.password());
    }

    @Test
    void letsOwnerInAsSuperuserByPasswordFileOnly() throws Exception {
        RolePasswords passwords = RolePasswords.read(shared.resolve("home").resolve("pgpass"));
        Database upkeep = database(running.address().jdbcUrl(), "postgres", passwords.superuser());

        assertThat(upkeep.texts("show is_superuser")).containsExactly("on");
        assertThat(upkeep.texts("show listen_addresses")).containsExactly("127.0.0.1");
        assertThat(upkeep.texts("show unix_socket_directories")).containsExactly("");
        assertThat(upkeep.texts("show fsync")).containsExactly("on");
    }

    @Test
    void connectsApplicationAsRoleThatRunsNoPrograms() {
        assertThat(database(running).texts("select current_user::text")).containsExactly("parley");
        assertRoleIsOrdinary(database(running));
    }

    @Test
    void migratesAsRoleOfApplication() {
        JdbcAddress address = running.address();
        Flyway.configure()
                .dataSource(address.jdbcUrl(), address.username(), address.password())
                .locations("classpath:db/migration")
                .mixed(true)
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .load()
                .migrate();

        assertThat(database(running).count("select count(*) from turns")).isZero();
    }

    @Test
    void letsOnlyOwnerReadItsFiles() throws Exception {
        assertFilesAreOwnersAlone(shared.resolve("home"));
    }

    @Test
    void joinsServerThatAlreadyRuns() {
        assertThat(EmbeddedDatabase.startOrJoin(shared.resolve("home")))
                .isEqualTo(running.address());
    }

    @Test
    void startsAgainWithItsDataAndPasswords() throws Exception {
        JdbcAddress first;
        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(home)) {
            first = embedded.address();
            database(embedded).change("create table notes as select 'kept' as note");
        }
        // As if the process had been killed while it made a folder
        Files.createDirectories(home.resolve("postgres-unfinished").resolve("base"));

        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(home)) {
            assertThat(embedded.address().password()).isEqualTo(first.password());
            assertThat(database(embedded).texts("select note from notes")).containsExactly("kept");
        }
    }

    @Test
    void makesNewPasswordsWhereTheFileWasLost() throws Exception {
        JdbcAddress first;
        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(home)) {
            first = embedded.address();
            database(embedded).change("create table notes as select 'kept' as note");
        }
        Files.delete(home.resolve("pgpass"));

        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(home)) {
            assertThat(database(embedded).texts("select note from notes")).containsExactly("kept");
            assertRefused(embedded.address(), "parley", first.password());
        }
    }

    @Test
    void makesNewDataAfterFirstStartWasKilled() throws Exception {
        Files.createDirectories(home.resolve("postgres-unfinished").resolve("base"));
        Files.createFile(home.resolve("lock"));

        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(home)) {
            assertRoleIsOrdinary(database(embedded));
        }
        assertThat(home.resolve("postgres-unfinished")).doesNotExist();
    }

    @Test
    void protectsFolderThatTrustedEverybodyAndKeepsItsData() throws Exception {
        makeFolderOfEarlierVersion();

        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(home)) {
            assertRefused(embedded.address(), "postgres", "");
            assertHasItsDataAsOrdinaryRole(database(embedded));
        }
        assertFilesAreOwnersAlone(home);
    }

    @Test
    void repeatsProtectionThatWasKilled() throws Exception {
        makeFolderOfEarlierVersion();
        Path accessFile = home.resolve("postgres").resolve("pg_hba.conf");
        String trusting = Files.readString(accessFile);
        EmbeddedDatabase.start(home).close();
        // All was done but the last step
        Files.writeString(accessFile, trusting);

        try (EmbeddedDatabase embedded = EmbeddedDatabase.start(home)) {
            assertRefused(embedded.address(), "postgres", "");
            assertHasItsDataAsOrdinaryRole(database(embedded));
        }
    }

    @Test
    void leavesSharedFolderOfOtherFilesAsItIs() throws Exception {
        Files.createDirectory(home);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createFile(home.resolve("letter.txt"));

        assertThatThrownBy(() -> EmbeddedDatabase.start(home))
                .isInstanceOf(EmbeddedDatabaseException.class)
                .hasMessageContaining("PARLEY_HOME");

        assertThat(permissions(home)).isEqualTo("rwxr-xr-x");
    }

    /** As versions before the passwords did: the fixture's server has the same options. */
    private void makeFolderOfEarlierVersion() throws IOException {
        Files.createDirectory(home);
        try (OwnPostgres old = new OwnPostgres(home.resolve("postgres"))) {
            execute(
                    old.database(),
                    "create table notes (id int generated always as identity, number serial, note"
                            + " text)",
                    "create index notes_by_note on notes (note)",
                    "create sequence numbers",
                    "create view all_notes as select * from notes",
                    "create function mark() returns trigger language plpgsql as $$ begin new.note"
                            + " := new.note || '!'; return new; end $$",
                    "create trigger notes_mark before insert on notes for each row execute function"
                            + " mark()",
                    "insert into notes (note) values ('old')");
        }
        Files.createFile(home.resolve("lock"));
        Files.createFile(home.resolve("postgres.log"));
        Files.createDirectory(home.resolve("binaries"));
        for (Path shared : new Path[] {home, home.resolve("binaries")}) {
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static void assertHasItsDataAsOrdinaryRole(Database database) {
        assertRoleIsOrdinary(database);
        // What a migration of a later version may do
        execute(
                database,
                "alter table notes add column if not exists more text",
                "create or replace view all_notes as select * from notes",
                "create or replace function mark() returns trigger language plpgsql as $$ begin"
                        + " new.note := new.note || '?'; return new; end $$",
                "drop sequence numbers",
                "create sequence numbers",
                "insert into notes (note) values ('new')");
        assertThat(database.texts("select note from all_notes order by id"))
                .containsExactly("old!", "new?");
        assertThat(
                        database.texts(
                                "select relname::text from pg_class where relnamespace ="
                                    + " 'public'::regnamespace and relowner <> 'parley'::regrole"))
                .isEmpty();
    }

    private static void assertRoleIsOrdinary(Database database) {
        assertThat(
                        database.texts(
                                "select concat(rolsuper, rolcreaterole, rolcreatedb,"
                                    + " rolreplication, rolbypassrls) from pg_roles where rolname ="
                                    + " current_user"))
                .containsExactly("fffff");
        assertThatThrownBy(() -> database.change("copy (select 1) to program 'cat'"))
                .hasStackTraceContaining("permission denied");
        database.change("create table lines (line text)");
        assertThatThrownBy(() -> database.change("copy lines from program 'id'"))
                .hasStackTraceContaining("permission denied");
        database.change("drop table lines");
    }

    private static void assertFilesAreOwnersAlone(Path home) throws IOException {
        assertThat(permissions(home)).isEqualTo("rwx------");
        assertThat(permissions(home.resolve("postgres"))).isEqualTo("rwx------");
        assertThat(permissions(home.resolve("binaries"))).isEqualTo("rwx------");
        assertThat(permissions(home.resolve("pgpass"))).isEqualTo("rw-------");
        assertThat(permissions(home.resolve("postgres.log"))).isEqualTo("rw-------");
        Path accessFile = home.resolve("postgres").resolve("pg_hba.conf");
        assertThat(permissions(accessFile)).isEqualTo("rw-------");
        assertThat(accessFile).content().doesNotContain("trust");
        for (String line : Files.readAllLines(home.resolve("pgpass"))) {
            assertThat(home.resolve("postgres.log"))
                    .content()
                    .doesNotContain(line.substring(line.lastIndexOf(':') + 1));
        }
    }

    private static void execute(Database database, String... statements) {
        for (String statement : statements) {
            database.change(statement);
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static void assertRefused(JdbcAddress address, String role, String password) {
        assertThatThrownBy(() -> database(address.jdbcUrl(), role, password).texts("select 'in'"))
                .as("%s with the password '%s'", role, password)
                .hasStackTraceContaining("password");
    }

    private static Database database(EmbeddedDatabase embedded) {
        JdbcAddress address = embedded.address();
        return database(address.jdbcUrl(), address.username(), address.password());
    }

    private static Database database(String url, String role, String password) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(url);
        source.setUser(role);
        source.setPassword(password);
        return new Database(source);
    }
}
