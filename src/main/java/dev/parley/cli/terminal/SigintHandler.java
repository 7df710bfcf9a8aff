package dev.parley.cli.terminal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Has Ctrl-C do something else than end the process, once; the second one ends it, as anybody
 * expects.
 *
 * <p>The JDK has signals in {@code sun.misc} only, which javac warns of and lets nobody be silent
 * about; so they are reached by name. Where they are not there, Ctrl-C ends the process.
 */
public final class SigintHandler implements AutoCloseable {

    private static final int BY_INTERRUPT = 130;

    private final Object before;

    private SigintHandler(Object before) {
        this.before = before;
    }

    /** From now on, until it is closed. */
    public static SigintHandler go(Runnable instead) {
        return new SigintHandler(handle(new Once(instead)));
    }

    @Override
    public void close() {
        handle(before);
    }

    /** Has interrupts handled so, and tells how they were before. */
    private static Object handle(Object how) {
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Class<?> signal = Class.forName("sun.misc.Signal");
            Object handles =
                    how instanceof InvocationHandler ours
                            ? Proxy.newProxyInstance(
                                    handler.getClassLoader(), new Class<?>[] {handler}, ours)
                            : how;
            Object interrupt = signal.getConstructor(String.class).newInstance("INT");
            return signal.getMethod("handle", signal, handler).invoke(null, interrupt, handles);
        } catch (ReflectiveOperationException failure) {
            return how;
        }
    }

    /** The first time. */
    private static final class Once implements InvocationHandler {

        private final Runnable instead;
        private boolean wasThere;

        Once(Runnable instead) {
            this.instead = instead;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object[] arguments) {
            if (!method.getName().equals("handle")) {
                throw new UnsupportedOperationException(method.getName());
            }
            if (wasThere) {
                Runtime.getRuntime().halt(BY_INTERRUPT);
            }
            wasThere = true;
            instead.run();
            return null;
        }
    }
}
