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
import dev.parley.agent.AgentRequest;
import dev.parley.agent.SummaryWriter;
import dev.parley.agent.tool.Tool;
import dev.parley.platform.database.sql.JdbcStatement;
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

/** The architecture, as the tables of docs/architecture.md have it. */
class ArchitectureTest {

    private static final String ROOT = "dev.parley.";
    private static final String FOR_EVERY_MODULE = "platform.problem";
    private static final JavaClasses PARLEY =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.parley");

    @Test
    void modulesImportOnlyWhatTheTableAllows() throws IOException {
        Map<String, Set<String>> table = table();
        List<String> violations =
                PARLEY.stream()
                        .flatMap(from ->
                                from.getDirectDependenciesFromSelf().stream()
                                        .filter(to ->
                                                to.getTargetClass()
                                                        .getPackageName()
                                                        .startsWith(ROOT))
                                        .filter(to ->
                                                !allowed(
                                                        table,
                                                        module(from),
                                                        module(to.getTargetClass())))
                                        .map(to -> to.getDescription()))
                        .toList();

        assertThat(violations).as("imports that docs/architecture.md does not allow").isEmpty();
    }

    @Test
    void everyModuleStandsInTheTable() throws IOException {
        Set<String> modules =
                PARLEY.stream()
                        .map(ArchitectureTest::module)
                        .map(ArchitectureTest::withoutWeb)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(modules).isEqualTo(new TreeSet<>(table().keySet()));
    }

    @Test
    void everyModuleIsNullMarked() {
        List<String> unmarked =
                PARLEY.stream()
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(module -> !module.isAnnotatedWith(NullMarked.class))
                        .map(module -> module.getName())
                        .toList();

        assertThat(unmarked).isEmpty();
    }

    @Test
    void modulesAreThingsAndNotLayers() {
        noClasses()
                .should()
                .resideInAnyPackage(
                        "..common..", "..util..", "..utils..", "..service..", "..dto..", "..impl..")
                .because("a folder is a thing the product has")
                .check(PARLEY);
    }

    @Test
    void noTransactionTouchesAnAgent() {
        noClasses()
                .that(haveATransaction())
                .or()
                .areAssignableTo(PanacheRepositoryBase.class)
                .should()
                .dependOnClassesThat(
                        areOneOf(Agent.class, AgentRequest.class, SummaryWriter.class, Tool.class))
                .because(
                        "an agent that is reached from inside a transaction holds a connection"
                                + " while it thinks (G1)")
                .check(PARLEY);
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
                .check(PARLEY);
    }

    @Test
    void workersKnowNoStorage() {
        noClasses()
                .that()
                .resideInAPackage("dev.parley.turn.engine")
                .and()
                .haveNameMatching(".*\\.(Worker|Delegat|AgentInTurn|RunningTurn).*")
                .should()
                .dependOnClassesThat(haveATransaction())
                .orShould()
                .dependOnClassesThat()
                .areAnnotatedWith(Entity.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "jakarta.persistence..", "jakarta.transaction..", "org.hibernate..")
                .because(
                        "a worker gets plain records; nothing that is tied to a session or a"
                                + " transaction reaches its thread (G1)")
                .check(PARLEY);
    }

    @Test
    void entitiesAndRepositoriesStayInTheirModule() {
        List<String> reached =
                PARLEY.stream()
                        .filter(ArchitectureTest::isStorage)
                        .flatMap(storage -> storage.getDirectDependenciesToSelf().stream())
                        .filter(from ->
                                !topModule(from.getOriginClass())
                                        .equals(topModule(from.getTargetClass())))
                        .map(from -> from.getDescription())
                        .toList();

        assertThat(reached).as("a module shows its services, ids, outcomes and refusals").isEmpty();
    }

    @Test
    void resourcesAreClosedExceptForTheirEndpoints() {
        classes().that().areAnnotatedWith(Path.class).should().notBePublic().check(PARLEY);
        methods()
                .that(describe("are endpoints", ArchitectureTest::isEndpoint))
                .should()
                .bePublic()
                .because("Quarkus silently ignores endpoint methods that are not")
                .check(PARLEY);
    }

    @Test
    void everyEndpointSaysWhoMayComeIn() {
        List<String> open =
                PARLEY.stream()
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
                .resideOutsideOfPackage("dev.parley.platform.time")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .because("time is injected, so that tests can tell it")
                .check(PARLEY);
    }

    @Test
    void onlyOneSchemeSchedules() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.parley.platform.jobs")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.quarkus.scheduler..")
                .because("a job is bounded, watched and never twice at once (G8)")
                .check(PARLEY);
    }

    /** The table says what each thread is for, and how it ends. */
    @Test
    void threadsAreStartedOnlyWhereTheTableSays() throws IOException {
        Set<String> starting =
                PARLEY.stream()
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
                PARLEY.stream()
                        .filter(ArchitectureTest::writesPlainSql)
                        .map(type ->
                                type.getName().substring(ROOT.length()).replaceAll("[$].*", ""))
                        .map(name ->
                                name.startsWith("platform.database.") ? "platform.database" : name)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(writing).isEqualTo(new TreeSet<>(block("sql", ":").keySet()));
    }

    private static boolean isStorage(JavaClass type) {
        return type.isAnnotatedWith(Entity.class)
                || (type.isAssignableTo(PanacheRepositoryBase.class)
                        && !type.isEquivalentTo(PanacheRepositoryBase.class));
    }

    /** The module that a package belongs to: turn for turn.store. */
    private static String topModule(JavaClass type) {
        return module(type).replaceAll("[.].*", "");
    }

    @Test
    void typesHaveNamesOfTheirOwn() {
        Map<String, List<String>> types =
                PARLEY.stream()
                        .filter(JavaClass::isTopLevelClass)
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .collect(
                                Collectors.groupingBy(
                                        JavaClass::getSimpleName,
                                        Collectors.mapping(
                                                JavaClass::getName, Collectors.toList())));

        assertThat(types.values())
                .as("one name for one thing")
                .allSatisfy(named -> assertThat(named).hasSize(1));
    }

    private static boolean writesPlainSql(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass())
                        .anyMatch(target ->
                                target.isEquivalentTo(JdbcStatement.class)
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
        if (from.equals(to) || to.equals(FOR_EVERY_MODULE)) {
            return true;
        }
        if (isWeb(from)) {
            String module = withoutWeb(from);
            return isWeb(to)
                    ? withoutWeb(to).equals(module)
                    : isInside(module, to)
                            || isInside("api", to)
                            || to.equals("ratelimit")
                            || to.equals("platform.identity")
                            || table.keySet().stream()
                                    .filter(part -> isInside(module, part))
                                    .anyMatch(part -> imports(table, part).contains(to));
        }
        return imports(table, from).contains(to);
    }

    private static boolean isInside(String module, String part) {
        return part.equals(module) || part.startsWith(module + ".");
    }

    private static Set<String> imports(Map<String, Set<String>> table, String module) {
        return table.getOrDefault(module, Set.of());
    }

    private static String module(JavaClass type) {
        return type.getPackageName().substring(ROOT.length());
    }

    /** Whether a package is the HTTP API of a module, or a part of it. */
    private static boolean isWeb(String module) {
        return (module + ".").contains(".web.");
    }

    private static String withoutWeb(String module) {
        return isWeb(module) ? module.replaceAll("[.]web($|[.].*)", "") : module;
    }

    private static Map<String, Set<String>> table() throws IOException {
        Map<String, Set<String>> table = new LinkedHashMap<>();
        block("imports", "->")
                .forEach((module, imports) ->
                        table.put(
                                module,
                                imports.equals("nothing")
                                        ? Set.of()
                                        : Set.of(imports.split(", ", -1))));
        return table;
    }

    private static Map<String, String> block(String name, String between) throws IOException {
        Map<String, String> lines = new LinkedHashMap<>();
        boolean inside = false;
        for (String line : Files.readAllLines(java.nio.file.Path.of("docs/architecture.md"))) {
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
