package dev.parley.testing;

import io.quarkus.arc.Arc;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.net.URI;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/**
 * A bean of the application, for tests that run in the process of the application. The same suites
 * also run against the application as another process, which gives no access to its beans: there, a
 * test that needs a bean is skipped.
 */
public final class InProcess<T> {

    private final Supplier<T> bean;

    private InProcess(Supplier<T> bean) {
        this.bean = bean;
    }

    public static <T> InProcess<T> of(Class<T> type) {
        return new InProcess<>(() -> Arc.container().select(type).get());
    }

    /** All beans of the type, with any qualifier. */
    public static <T> InProcess<Instance<T>> all(Class<T> type) {
        return new InProcess<>(() -> Arc.container().select(type, Any.Literal.INSTANCE));
    }

    /** Whether the application runs in this process. */
    public static boolean isHere() {
        return Arc.container() != null;
    }

    /**
     * Skips the test if the application is another process: only a test build has {@link
     * TestAgents}.
     */
    public static void required() {
        Assumptions.assumeTrue(isHere(), "The application is another process");
    }

    /**
     * Replaces the agent {@code echo} if the application is another process: there, {@link
     * ModelStub} repeats the message through the agent {@code assistant}.
     */
    static String withEchoAgent(String request) {
        return request.replace(
                "\"agent_type\":\"echo\"", "\"agent_type\":\"%s\"".formatted(echo()));
    }

    /**
     * The address of the probes. Quarkus injects the address only for an application in this
     * process.
     */
    public static URI management(URI ofThisProcess) {
        return isHere() ? ofThisProcess : URI.create("http://localhost:29000");
    }

    /** The agent that repeats a message. */
    public static String echo() {
        return isHere() ? "echo" : "assistant";
    }

    public T get() {
        required();
        return bean.get();
    }

    /**
     * Runs an action only if the application is in this process, such as a clean-up after every
     * test.
     */
    public void ifHere(Consumer<T> action) {
        if (isHere()) {
            action.accept(bean.get());
        }
    }
}
