package dev.parley.platform.database.embedded;

import static dev.parley.platform.database.embedded.RolePasswords.APPLICATION;
import static dev.parley.platform.database.embedded.RolePasswords.SUPERUSER;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Makes PostgreSQL's data folder: new, or out of a folder of an earlier version, which let every
 * local user in as superuser. No server listens meanwhile. Every step can be repeated, so a process
 * that is killed in between leaves nothing that the next start does not finish.
 */
record DataFolder(Home home, PostgresPrograms programs, RolePasswords passwords) {

    /** Who can connect, to what, and how. */
    static final String ACCESS_RULES =
            """
            # Written by Parley, which replaces another content at its next start
            host postgres %s 127.0.0.1/32 scram-sha-256
            host all %s 127.0.0.1/32 scram-sha-256
            """
                    .formatted(APPLICATION, SUPERUSER);

    /**
     * The relations and functions of the schema {@code public}. {@code REASSIGN OWNED} refuses the
     * superuser that {@code initdb} made, who also owns PostgreSQL's own catalogs. Sequences of
     * columns follow their tables.
     */
    private static final String HAND_OVER =
            """
            do $$ declare command text; begin
            for command in
            select format('alter table %%s owner to %1$s', c.oid::regclass) from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relowner = '%2$s'::regrole
            and c.relkind in ('r', 'p', 'v', 'm', 'S') and not exists
            (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i', 'e')
            and d.classid = 'pg_class'::regclass and c.relkind = 'S')
            union all
            select format('alter routine %%s owner to %1$s', p.oid::regprocedure) from pg_proc p
            where p.pronamespace = 'public'::regnamespace and p.proowner = '%2$s'::regrole
            loop execute command; end loop; end $$\
            """
                    .formatted(APPLICATION, SUPERUSER);

    void prepare() throws IOException {
        Path data = home.data();
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            Path unfinished = home.unfinishedData();
            Home.delete(unfinished);
            // Nobody is let in before the roles have passwords
            programs.run(
                    home.log(),
                    "",
                    "initdb",
                    List.of(
                            "-A",
                            "reject",
                            "-U",
                            SUPERUSER,
                            "-E",
                            "UTF-8",
                            "-D",
                            unfinished.toString()));
            secure(unfinished);
            Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
        } else if (!isSecured(data)) {
            secure(data);
        }
    }

    /**
     * Lets nobody in until {@link #prepare} has set new passwords, because the old ones are lost.
     */
    static void requireNewPasswords(Path data) throws IOException {
        if (Files.exists(accessFile(data))) {
            Home.write(accessFile(data), "");
        }
    }

    private static boolean isSecured(Path data) throws IOException {
        return Files.readString(accessFile(data)).equals(ACCESS_RULES);
    }

    private static Path accessFile(Path data) {
        return data.resolve("pg_hba.conf");
    }

    private void secure(Path data) throws IOException {
        programs.run(
                home.log(),
                sql(),
                "postgres",
                // Single-user mode: the statements come from the standard input, nobody can connect
                List.of(
                        "--single",
                        "-D",
                        data.toString(),
                        "-c",
                        "exit_on_error=on",
                        // A failing statement must not bring a password into the log
                        "-c",
                        "log_min_error_statement=panic",
                        "postgres"));
        // The last step says that all others are done
        Home.write(accessFile(data), ACCESS_RULES);
    }

    /** In single-user mode the end of a line is the end of a statement. */
    private String sql() {
        return String.join(
                "\n",
                "alter role %s password '%s'".formatted(SUPERUSER, passwords.superuser()),
                "do $$ begin if not exists (select from pg_roles where rolname = '%1$s') then create role %1$s; end if; end $$"
                        .formatted(APPLICATION),
                "alter role %s login nosuperuser nocreaterole nocreatedb noreplication nobypassrls password '%s'"
                        .formatted(APPLICATION, passwords.application()),
                "alter database postgres owner to " + APPLICATION,
                HAND_OVER.replace('\n', ' '),
                "");
    }
}
