package dev.parley;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.parley.agent.Agent;
import dev.parley.agent.Briefing;
import dev.parley.agent.Tool;
import dev.parley.database.PlainSql;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.security.Authenticated;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.persistence.Entity;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The house, as docs/rooms.md has it. */
class ArchitectureTest {

    private static final String ROOT = "dev.parley.";
    private static final String EVERYBODYS = "api.problem";
    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.parley");

    @Test
    void roomsImportOnlyWhatTheTableAllows() throws IOException {
        Map<String, Set<String>> table = table();
        List<String> violations =
                HOUSE.stream()
                        .flatMap(from ->
                                from.getDirectDependenciesFromSelf().stream()
                                        .filter(to ->
                                                to.getTargetClass()
                                                        .getPackageName()
                                                        .startsWith(ROOT))
                                        .filter(to ->
                                                !allowed(
                                                        table,
                                                        room(from),
                                                        room(to.getTargetClass())))
                                        .map(to -> to.getDescription()))
                        .toList();

        assertThat(violations).as("imports that docs/rooms.md does not allow").isEmpty();
    }

    @Test
    void everyRoomStandsInTheTable() throws IOException {
        Set<String> rooms =
                HOUSE.stream()
                        .map(ArchitectureTest::room)
                        .map(ArchitectureTest::withoutDoor)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(rooms).isEqualTo(new TreeSet<>(table().keySet()));
    }

    @Test
    void everyRoomIsNullMarked() {
        List<String> unmarked =
                HOUSE.stream()
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(room -> !room.isAnnotatedWith(NullMarked.class))
                        .map(room -> room.getName())
                        .toList();

        assertThat(unmarked).isEmpty();
    }

    @Test
    void roomsAreThingsAndNotLayers() {
        noClasses()
                .should()
                .resideInAnyPackage(
                        "..common..", "..util..", "..utils..", "..service..", "..dto..", "..impl..")
                .because("a folder is a thing the product has")
                .check(HOUSE);
    }

    @Test
    void noTransactionTouchesAnAgent() {
        noClasses()
                .that(haveATransaction())
                .or()
                .areAssignableTo(PanacheRepositoryBase.class)
                .should()
                .dependOnClassesThat(areOneOf(Agent.class, Briefing.class, Tool.class))
                .because(
                        "an agent that is reached from inside a transaction holds a connection"
                                + " while it thinks (G1)")
                .check(HOUSE);
    }

    @Test
    void agentsKnowNoStorage() {
        noClasses()
                .that()
                .resideInAPackage("dev.parley.agent..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "jakarta.persistence..",
                        "jakarta.transaction..",
                        "java.sql..",
                        "javax.sql..",
                        "org.hibernate..",
                        "io.agroal..",
                        "io.quarkus.hibernate..")
                .because("what an agent may know stands in its briefing (G1)")
                .check(HOUSE);
    }

    @Test
    void entitiesAndRepositoriesStayInTheirRoom() {
        classes()
                .that()
                .areAnnotatedWith(Entity.class)
                .or()
                .areAssignableTo(PanacheRepositoryBase.class)
                .should()
                .notBePublic()
                .because("a room shows its services, ids, outcomes and refusals")
                .check(HOUSE);
    }

    @Test
    void doorsAreClosedExceptForTheirEndpoints() {
        classes().that().areAnnotatedWith(Path.class).should().notBePublic().check(HOUSE);
        methods()
                .that(describe("are endpoints", ArchitectureTest::isEndpoint))
                .should()
                .bePublic()
                .because("Quarkus silently ignores endpoint methods that are not")
                .check(HOUSE);
    }

    @Test
    void everyEndpointSaysWhoMayComeIn() {
        List<String> open =
                HOUSE.stream()
                        .flatMap(door -> door.getMethods().stream())
                        .filter(ArchitectureTest::isEndpoint)
                        .filter(endpoint -> !saysWho(endpoint))
                        .map(JavaMethod::getFullName)
                        .toList();

        assertThat(open).isEmpty();
    }

    @Test
    void onlyOnePlaceAsksTheSystemForTheTime() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.parley.time")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .because("time is injected, so that tests can tell it")
                .check(HOUSE);
    }

    @Test
    void onlyOneSchemeSchedules() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.parley.background")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.quarkus.scheduler..")
                .because("a job is bounded, watched and never twice at once (G8)")
                .check(HOUSE);
    }

    /** Whoever starts one says in the table what for, and how it ends. */
    @Test
    void threadsAreStartedOnlyWhereTheTableSays() throws IOException {
        Set<String> starting =
                HOUSE.stream()
                        .filter(ArchitectureTest::startsThreads)
                        .map(type ->
                                type.getName().substring(ROOT.length()).replaceAll("[$].*", ""))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(starting).isEqualTo(new TreeSet<>(block("threads", ":").keySet()));
    }

    /** Everybody else's statements are Panache's or HQL. */
    @Test
    void plainSqlIsWrittenOnlyWhereTheTableSays() throws IOException {
        Set<String> writing =
                HOUSE.stream()
                        .filter(ArchitectureTest::writesPlainSql)
                        .map(type ->
                                type.getName().substring(ROOT.length()).replaceAll("[$].*", ""))
                        .map(name -> name.startsWith("database.") ? "database" : name)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(writing).isEqualTo(new TreeSet<>(block("sql", ":").keySet()));
    }

    private static boolean writesPlainSql(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass())
                        .anyMatch(target ->
                                target.isEquivalentTo(PlainSql.class)
                                        || target.getPackageName().equals("java.sql")
                                        || target.getPackageName().equals("javax.sql"))
                || type.getMethodCallsFromSelf().stream()
                        .anyMatch(call -> call.getName().startsWith("createNative"));
    }

    private static boolean startsThreads(JavaClass type) {
        return type.getCodeUnitCallsFromSelf().stream()
                .anyMatch(call ->
                        startsThreads(call.getTargetOwner().getName(), call.getTarget().getName()));
    }

    private static boolean startsThreads(String owner, String method) {
        return switch (owner) {
            case "java.lang.Thread" ->
                    method.startsWith("of")
                            || method.equals("<init>")
                            || method.equals("startVirtualThread");
            case "java.util.concurrent.Executors", "java.util.Timer" -> true;
            case "java.util.concurrent.ThreadPoolExecutor",
                    "java.util.concurrent.ScheduledThreadPoolExecutor",
                    "java.util.concurrent.ForkJoinPool" ->
                    method.equals("<init>");
            case "io.vertx.core.Vertx" -> method.equals("setPeriodic") || method.equals("setTimer");
            default -> false;
        };
    }

    private static boolean isEndpoint(JavaMethod method) {
        return method.getAnnotations().stream()
                .anyMatch(annotation -> annotation.getRawType().isAnnotatedWith(HttpMethod.class));
    }

    private static boolean saysWho(JavaMethod endpoint) {
        return endpoint.isAnnotatedWith(Authenticated.class)
                || endpoint.isAnnotatedWith(PermitAll.class)
                || endpoint.getOwner().isAnnotatedWith(Authenticated.class)
                || endpoint.getOwner().isAnnotatedWith(RolesAllowed.class);
    }

    private static DescribedPredicate<JavaClass> haveATransaction() {
        return describe(
                "have a transaction",
                type ->
                        type.tryGetAnnotationOfType(Transactional.class)
                                        .map(ArchitectureTest::opensOne)
                                        .orElse(false)
                                || type.getMethods().stream()
                                        .anyMatch(method ->
                                                method.tryGetAnnotationOfType(Transactional.class)
                                                        .map(ArchitectureTest::opensOne)
                                                        .orElse(false)));
    }

    private static boolean opensOne(Transactional transactional) {
        return transactional.value() != Transactional.TxType.NEVER;
    }

    private static DescribedPredicate<JavaClass> areOneOf(Class<?>... types) {
        return describe(
                "are one of " + Arrays.toString(types),
                type -> Arrays.stream(types).anyMatch(type::isEquivalentTo));
    }

    private static boolean allowed(Map<String, Set<String>> table, String from, String to) {
        if (from.equals(to) || to.equals(EVERYBODYS)) {
            return true;
        }
        if (from.endsWith(".web")) {
            String room = withoutDoor(from);
            return !to.endsWith(".web")
                    && (to.equals(room)
                            || to.startsWith(room + ".")
                            || to.equals("web")
                            || to.equals("ratelimit")
                            || to.equals("identity")
                            || imports(table, room).contains(to));
        }
        return imports(table, from).contains(to);
    }

    private static Set<String> imports(Map<String, Set<String>> table, String room) {
        return table.getOrDefault(room, Set.of());
    }

    private static String room(JavaClass type) {
        return type.getPackageName().substring(ROOT.length());
    }

    private static String withoutDoor(String room) {
        return room.endsWith(".web") ? room.substring(0, room.length() - ".web".length()) : room;
    }

    private static Map<String, Set<String>> table() throws IOException {
        Map<String, Set<String>> table = new LinkedHashMap<>();
        block("imports", "->")
                .forEach((room, imports) ->
                        table.put(
                                room,
                                imports.equals("nothing")
                                        ? Set.of()
                                        : Set.of(imports.split(", ", -1))));
        return table;
    }

    private static Map<String, String> block(String name, String between) throws IOException {
        Map<String, String> lines = new LinkedHashMap<>();
        boolean inside = false;
        for (String line : Files.readAllLines(java.nio.file.Path.of("docs/rooms.md"))) {
            if (line.startsWith("```")) {
                inside = line.equals("```" + name);
            } else if (inside) {
                String[] sides = line.split(between, 2);
                lines.put(sides[0].strip(), sides[1].strip());
            }
        }
        return lines;
    }
}
