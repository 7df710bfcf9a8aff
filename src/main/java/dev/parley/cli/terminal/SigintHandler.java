package dev.parley.cli.terminal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Runs an action on the first Ctrl-C instead of ending the process; the second Ctrl-C ends the
 * process.
 *
 * <p>The JDK offers signals in {@code sun.misc} only, and javac's warning about that package cannot
 * be suppressed, so this class uses reflection. Without the package, Ctrl-C ends the process.
 */
public final class SigintHandler implements AutoCloseable {

    /** 128 plus the number of the signal, as shells report it. */
    private static final int SIGINT_EXIT_CODE = 130;

    private final Object previousHandler;

    private SigintHandler(Object previousHandler) {
        this.previousHandler = previousHandler;
    }

    /** Handles Ctrl-C by the action until the handler is closed. */
    public static SigintHandler go(Runnable action) {
        return new SigintHandler(install(new Once(action)));
    }

    @Override
    public void close() {
        install(previousHandler);
    }

    /** Installs a handler of SIGINT and returns the previous handler. */
    private static Object install(Object handler) {
        try {
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Object signalHandler =
                    handler instanceof InvocationHandler invocationHandler
                            ? Proxy.newProxyInstance(
                                    handlerType.getClassLoader(),
                                    new Class<?>[] {handlerType},
                                    invocationHandler)
                            : handler;
            Object interrupt = signalType.getConstructor(String.class).newInstance("INT");
            return signalType
                    .getMethod("handle", signalType, handlerType)
                    .invoke(null, interrupt, signalHandler);
        } catch (ReflectiveOperationException failure) {
            return handler;
        }
    }

    /** Runs the action on the first signal, and ends the process on the second. */
    private static final class Once implements InvocationHandler {

        private final Runnable action;
        private boolean wasSignalled;

        Once(Runnable action) {
            this.action = action;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object[] arguments) {
            if (!method.getName().equals("handle")) {
                throw new UnsupportedOperationException(method.getName());
            }
            if (wasSignalled) {
                Runtime.getRuntime().halt(SIGINT_EXIT_CODE);
            }
            wasSignalled = true;
            action.run();
            return null;
        }
    }
}
