package dev.parley.testing;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Captures the log messages of a class until it is closed. */
public final class Logged implements AutoCloseable {

    private static final Formatter FORMATTER = new PatternFormatter("%s");

    private final Logger logger;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord logged) {
                    records.add(logged);
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    private Logged(Logger logger) {
        InProcess.required();
        this.logger = logger;
        logger.addHandler(handler);
    }

    public static Logged of(Class<?> type) {
        return new Logged(Logger.getLogger(type.getName()));
    }

    /** Captures the messages of all classes. */
    public static Logged everything() {
        return new Logged(Logger.getLogger(""));
    }

    public List<String> lines() {
        return records.stream().map(FORMATTER::format).toList();
    }

    /** The exceptions that were logged with a message, each of which prints a stack. */
    public List<Throwable> exceptions() {
        return records.stream().map(LogRecord::getThrown).filter(Objects::nonNull).toList();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
