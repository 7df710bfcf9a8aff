package dev.parley.platform.database.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * New migrations run beside replicas that serve: none may lock a table with rows for as long as
 * reading the table takes (docs/operations.md, docs/decisions/0042).
 */
class MigrationRulesTest {

    /** The migrations before cannot be changed: Flyway compares them with what has run. */
    private static final int FIRST_RULED = 21;

    private static final Path FOLDER = Path.of("src/main/resources/db/migration");
    private static final Pattern NAME = Pattern.compile("V(\\d+)__.*[.]sql");
    private static final Pattern CREATED_TABLE =
            Pattern.compile("^create (?:temporary )?table (?:if not exists )?(\\w+)");
    private static final Pattern INDEX =
            Pattern.compile(
                    "^create (?:unique )?index (concurrently )?(?:if not exists )?(\\w+) on (?:only"
                            + " )?(\\w+)");
    private static final Pattern ALTERED_TABLE =
            Pattern.compile("^alter table (?:if exists )?(?:only )?(\\w+) (.*)");
    private static final Pattern CHECKED_CONSTRAINT =
            Pattern.compile("add constraint (?:(?!not valid|add constraint).)*$");
    private static final Pattern FULL_READ =
            Pattern.compile("set not null|alter (?:column )?\\w+ (?:set data )?type");

    @Test
    void newMigrationsLockNoTableWhileTheyReadIt() throws IOException {
        for (var migration : migrations().tailMap(FIRST_RULED).entrySet()) {
            assertThat(mistakes(migration.getValue())).as("V" + migration.getKey()).isEmpty();
        }
    }

    @Test
    void versionIsThatOfNewestMigration() throws IOException {
        assertThat(migrations().lastKey()).isEqualTo(SchemaMigration.VERSION);
    }

    @Test
    void findsWhatWouldLockTableWithRows() throws IOException {
        assertThat(mistakes(migration(16))).singleElement().asString().contains("concurrently");
        assertThat(mistakes(migration(15))).singleElement().asString().contains("not null");
        assertThat(mistakes(migration(20))).isEmpty();
        assertThat(mistakes("alter table turns add constraint positive check (attempt > 0);"))
                .singleElement()
                .asString()
                .contains("not valid");
        assertThat(mistakes("create table a (b int); create index c on a (b);")).isEmpty();
    }

    @Test
    void findsMigrationWithoutTransactionThatCannotBeRepeated() {
        String index = "create index concurrently c on turns (user_id);";
        String drop = "drop index concurrently if exists c;";
        String lift = "set lock_timeout = 0;";

        assertThat(mistakes(lift + drop + index)).isEmpty();
        assertThat(mistakes(lift + index)).singleElement().asString().contains(drop);
        assertThat(mistakes(drop + index)).singleElement().asString().contains(lift);
        assertThat(mistakes(lift + drop + index + "update turns set attempt = 2;"))
                .singleElement()
                .asString()
                .contains("update turns");
    }

    /** What a migration must not do, and what to do instead. */
    private static List<String> mistakes(String sql) {
        List<String> statements =
                Stream.of(sql.replaceAll("--[^\n]*", "").toLowerCase(Locale.ROOT).split(";"))
                        .map(statement -> statement.strip().replaceAll("\\s+", " "))
                        .filter(statement -> !statement.isEmpty())
                        .toList();
        Set<String> created = new HashSet<>();
        List<String> mistakes = new ArrayList<>();
        for (String statement : statements) {
            Matcher table = CREATED_TABLE.matcher(statement);
            Matcher index = INDEX.matcher(statement);
            Matcher altered = ALTERED_TABLE.matcher(statement);
            if (table.find()) {
                created.add(table.group(1));
            } else if (index.find()
                    && index.group(1) == null
                    && !created.contains(index.group(3))) {
                mistakes.add("create index concurrently " + index.group(2));
            } else if (altered.find() && !created.contains(altered.group(1))) {
                if (CHECKED_CONSTRAINT.matcher(altered.group(2)).find()) {
                    mistakes.add("add the constraint as not valid: " + statement);
                }
                if (FULL_READ.matcher(altered.group(2)).find()) {
                    mistakes.add("reads all rows: " + statement);
                }
            }
        }
        mistakes.addAll(unrepeatable(statements));
        return mistakes;
    }

    /** A migration without a transaction can end in the middle, and is then repeated. */
    private static List<String> unrepeatable(List<String> statements) {
        List<String> concurrent =
                statements.stream().filter(each -> each.contains("index concurrently")).toList();
        if (concurrent.isEmpty()) {
            return List.of();
        }
        List<String> mistakes = new ArrayList<>();
        if (!statements.getFirst().equals("set lock_timeout = 0")) {
            mistakes.add("begin with set lock_timeout = 0;");
        }
        for (String statement : concurrent) {
            Matcher index = INDEX.matcher(statement);
            if (index.find()
                    && !concurrent.contains(
                            "drop index concurrently if exists " + index.group(2))) {
                mistakes.add("first drop index concurrently if exists " + index.group(2) + ";");
            }
        }
        statements.stream()
                .skip(1)
                .filter(statement -> !concurrent.contains(statement))
                .forEach(statement -> mistakes.add("a migration of its own: " + statement));
        return mistakes;
    }

    private static String migration(int version) throws IOException {
        return Objects.requireNonNull(migrations().get(version));
    }

    private static NavigableMap<Integer, String> migrations() throws IOException {
        NavigableMap<Integer, String> migrations = new TreeMap<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    migrations.put(Integer.valueOf(name.group(1)), Files.readString(file));
                }
            }
        }
        return migrations;
    }
}
