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
 * ExpectedErrors}. The extension applies to every test of the run (META-INF/services). It checks
 * the log of this process and, for a suite that runs against the application as a process, the log
 * of that process. {@link ParleyProcess} checks the processes that a test starts.
 */
public final class ErrorLogExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    /** The level follows the time, in the application's log format and in the format of Quarkus. */
    private static final Pattern ERROR_LINE =
            Pattern.compile("^\\d{4}-\\d\\d-\\d\\d[T ]\\S+ +(ERROR|FATAL) .*");

    /**
     * Known errors that no test has to announce; delete a pattern when its cause is fixed. Quarkus
     * logs the first when an application with WebSockets stops: it counts WebSockets as active
     * requests and waits until its timeout. Vert.x logs the second when either side aborts a call
     * to the model. The third is of an application that has stopped, with a job that began just
     * then; the log is already the next application's.
     */
    private static final Pattern KNOWN =
            Pattern.compile(
                    "Timed out waiting for graceful shutdown, shutting down anyway"
                            + "|HttpClientRequestImpl]\\s+(Stream reset|Connection was closed)"
                            + "|StatusEmitterInvoker].*\\[Error Occurred After Shutdown]");

    /** The log of the process that Quarkus starts for a {@code @QuarkusIntegrationTest}. */
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

    /** Reports errors logged after the last test of the class. */
    @Override
    public void afterAll(ExtensionContext test) {
        requireNoUnexpected(test);
    }

    /** The errors that match neither a known nor an expected pattern. */
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
     * Finds the annotation by name: the class loader of the application loads the tests of the
     * application, and another class loader loads this class.
     */
    private static List<Pattern> expected(ExtensionContext test) {
        return announcing(test)
                .flatMap(element -> annotations(element, ExpectedErrors.class.getName()))
                .flatMap(announced -> Arrays.stream(patterns(announced)))
                .map(Pattern::compile)
                .toList();
    }

    /** The test's method, its class and the superclasses. */
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
     * Adds one handler for the whole run, whichever class loader loaded this class. Class loaders
     * can share the queue, because it contains only types of the JDK.
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

    /** The errors added to the log of the application's process since the last call. */
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

    /** Queues the messages of errors. */
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
