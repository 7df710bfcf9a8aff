package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test whose application logged an error that the test did not announce by {@link
 * ExpectedErrors}. It is applied to every test of the run (META-INF/services), and looks at what is
 * logged in this process, and, for a suite that runs against the application as a process, at that
 * process's log. {@link ParleyProcess} does the same for the processes that a test starts.
 */
public final class ErrorLogExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    /** The level stands behind the time, in the application's format as in Quarkus' own. */
    private static final Pattern ERROR_LINE =
            Pattern.compile("^\\d{4}-\\d\\d-\\d\\d[T ]\\S+ +(ERROR|FATAL) .*");

    /**
     * Known, not expected; each goes with its cure. The first comes where an application stops that
     * had sockets: Quarkus still counts them as requests under way, and waits its time out. The
     * second is what Vert.x logs of a call to the model that breaks off, on whichever side.
     */
    private static final Pattern KNOWN =
            Pattern.compile(
                    "Timed out waiting for graceful shutdown, shutting down anyway"
                            + "|HttpClientRequestImpl]\\s+(Stream reset|Connection was closed)");

    /** Where Quarkus lets the process of a {@code @QuarkusIntegrationTest} log. */
    private static final Path LOG_OF_THE_PROCESS = Path.of("target", "quarkus.log");

    private static final String INTEGRATION_TEST = "io.quarkus.test.junit.QuarkusIntegrationTest";

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(ErrorLogExtension.class.getName());

    @Override
    public void beforeAll(ExtensionContext test) {
        listen(test);
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        listen(test);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        requireNoUnexpected(test);
    }

    /** What was logged after the last test of the class is the class's. */
    @Override
    public void afterAll(ExtensionContext test) {
        requireNoUnexpected(test);
    }

    /** Those of the errors that no pattern is found in. */
    static List<String> unexpected(List<String> errors, List<Pattern> expected) {
        return errors.stream()
                .filter(error -> !KNOWN.matcher(error).find())
                .filter(error ->
                        expected.stream().noneMatch(pattern -> pattern.matcher(error).find()))
                .toList();
    }

    /** The lines of a console or a log file that report errors. */
    static List<String> errorsIn(String console) {
        return console.lines().filter(line -> ERROR_LINE.matcher(line).matches()).toList();
    }

    private static void requireNoUnexpected(ExtensionContext test) {
        List<String> unexpected = unexpected(drained(test), expected(test));
        if (!unexpected.isEmpty()) {
            throw new AssertionError(
                    "The application logged errors that the test did not announce by"
                            + " @ExpectedErrors:\n"
                            + String.join("\n", unexpected));
        }
    }

    /**
     * Compared by name: a test of the application is loaded by the application's class loader, and
     * this class by the run's.
     */
    private static List<Pattern> expected(ExtensionContext test) {
        return announcing(test)
                .flatMap(element -> annotations(element, ExpectedErrors.class.getName()))
                .flatMap(announced -> Arrays.stream(patterns(announced)))
                .map(Pattern::compile)
                .toList();
    }

    /** The test's method, its class and what that extends. */
    private static Stream<AnnotatedElement> announcing(ExtensionContext test) {
        List<AnnotatedElement> announcing = new ArrayList<>();
        test.getTestMethod().ifPresent(announcing::add);
        for (Class<?> type = test.getRequiredTestClass();
                type != null;
                type = type.getSuperclass()) {
            announcing.add(type);
        }
        return announcing.stream();
    }

    private static Stream<Annotation> annotations(AnnotatedElement element, String name) {
        return Arrays.stream(element.getAnnotations())
                .filter(annotation -> annotation.annotationType().getName().equals(name));
    }

    private static String[] patterns(Annotation announced) {
        try {
            return (String[]) announced.annotationType().getMethod("value").invoke(announced);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("ExpectedErrors has a value", failure);
        }
    }

    private static List<String> drained(ExtensionContext test) {
        List<String> drained = new ArrayList<>();
        Queue<String> logged = logged(test);
        for (String error = logged.poll(); error != null; error = logged.poll()) {
            drained.add(error);
        }
        drained.addAll(ofTheProcess(test));
        return drained;
    }

    /**
     * One handler for the run, whichever class loader this class came from: what is kept is of the
     * JDK's types.
     */
    private static void listen(ExtensionContext test) {
        Queue<String> logged = logged(test);
        Logger root = Logger.getLogger("");
        boolean listens =
                Arrays.stream(root.getHandlers())
                        .anyMatch(handler ->
                                handler.getClass().getName().equals(Listener.class.getName()));
        if (!listens) {
            root.addHandler(new Listener(logged));
        }
    }

    @SuppressWarnings("unchecked")
    private static Queue<String> logged(ExtensionContext test) {
        return (Queue<String>)
                test.getRoot()
                        .getStore(NAMESPACE)
                        .computeIfAbsent("logged", key -> new ConcurrentLinkedQueue<String>());
    }

    /** What has been added to the log of the application's process since it was last looked at. */
    private static List<String> ofTheProcess(ExtensionContext test) {
        boolean isOfProcess =
                announcing(test)
                        .flatMap(element -> annotations(element, INTEGRATION_TEST))
                        .findAny()
                        .isPresent();
        if (!isOfProcess || !Files.exists(LOG_OF_THE_PROCESS)) {
            return List.of();
        }
        ExtensionContext.Store store = test.getRoot().getStore(NAMESPACE);
        try {
            byte[] all = Files.readAllBytes(LOG_OF_THE_PROCESS);
            Integer known = store.get("length", Integer.class);
            int from = known == null || known > all.length ? 0 : known;
            store.put("length", all.length);
            return errorsIn(new String(all, from, all.length - from, StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Keeps the messages of errors. */
    private static final class Listener extends Handler {

        private static final Formatter MESSAGE = new PatternFormatter("%s");

        private final Queue<String> logged;

        Listener(Queue<String> logged) {
            this.logged = logged;
            setLevel(Level.SEVERE);
        }

        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.SEVERE.intValue()) {
                String message =
                        MESSAGE.format(line)
                                + (line.getThrown() == null ? "" : " " + line.getThrown());
                logged.add("[%s] %s".formatted(line.getLoggerName(), message));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
