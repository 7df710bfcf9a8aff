package dev.parley.testing;

import io.quarkus.arc.Arc;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.net.URI;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/**
 * Something of the application's own, for tests that look inside of it. The same suites are run
 * against the application as a process, where there is nothing to look inside of: a test that comes
 * to need it is left out there.
 */
public final class InProcess<T> {

    private final Supplier<T> found;

    private InProcess(Supplier<T> found) {
        this.found = found;
    }

    public static <T> InProcess<T> of(Class<T> type) {
        return new InProcess<>(() -> Arc.container().select(type).get());
    }

    /** All that there are, whatever they are qualified by. */
    public static <T> InProcess<Instance<T>> all(Class<T> type) {
        return new InProcess<>(() -> Arc.container().select(type, Any.Literal.INSTANCE));
    }

    /** Whether the application is in this process. */
    public static boolean isHere() {
        return Arc.container() != null;
    }

    /** For a test that needs one of {@link TestAgents}, which no executable has. */
    public static void required() {
        Assumptions.assumeTrue(isHere(), "The application is another process");
    }

    /**
     * What is said to {@code echo} where that is here, and else to the model, whose endpoint says
     * what was said just as well.
     */
    static String toWhoeverIsThere(String request) {
        return request.replace(
                "\"agent_type\":\"echo\"", "\"agent_type\":\"%s\"".formatted(echo()));
    }

    /** Where its probes are, which are told to tests only of an application that is here. */
    public static URI management(URI ofThisProcess) {
        return isHere() ? ofThisProcess : URI.create("http://localhost:29000");
    }

    /** Who it is then. */
    public static String echo() {
        return isHere() ? "echo" : "assistant";
    }

    public T get() {
        required();
        return found.get();
    }

    /** For what is put right after every test. */
    public void ifHere(Consumer<T> action) {
        if (isHere()) {
            action.accept(found.get());
        }
    }
}
