package dev.parley.userdata;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.platform.identity.UserId;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Exports all data of a user as one JSON document: an object with an array for each table, written
 * page by page. Each page is one short transaction, and no connection is checked out while the
 * client reads. A client that reads slowly does not keep other users' exports waiting. A row that
 * changes during the export is exported as it is when its page is read.
 */
@ApplicationScoped
@Transactional(TxType.NEVER)
public class ExportUser {

    /** Few exports read the database at the same time, each with one page in memory. */
    private static final int MAX_READING = 4;

    /** Paused exports hold no page, but a connection of the client and a buffer. */
    private static final int MAX_OPEN = 100;

    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    /** Longer than a client that does not read keeps its permit. */
    private static final Duration MAX_START_WAIT = Duration.ofSeconds(2);

    private final List<UserTable> tables;
    private final ExportPages pages;
    private final ObjectMapper json;
    private final Clock clock;
    private final Semaphore open = new Semaphore(MAX_OPEN);
    private final Semaphore permits = new Semaphore(MAX_READING, true);
    private final Set<UserId> exportingUsers = ConcurrentHashMap.newKeySet();

    ExportUser(
            @All List<UserDataTables> modules, ExportPages pages, ObjectMapper json, Clock clock) {
        this.tables =
                modules.stream()
                        .flatMap(module -> module.tables().stream())
                        .sorted(Comparator.comparing(UserTable::table))
                        .toList();
        this.pages = pages;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Prepares an export, and waits a moment until few others read. A user has at most one export
     * at a time. The caller must close the export, whether it was written or not.
     *
     * @throws TooManyExports if the process or the user has no free export
     */
    public Prepared of(UserId user) {
        if (!exportingUsers.add(user)) {
            throw new TooManyExports();
        }
        if (!open.tryAcquire()) {
            exportingUsers.remove(user);
            throw new TooManyExports();
        }
        Prepared export = new Prepared(user);
        try {
            export.requirePermit(MAX_START_WAIT);
            return export;
        } catch (TooManyExports failure) {
            export.close();
            throw failure;
        }
    }

    /** An export that has begun. It holds a permit except while it is paused. */
    public final class Prepared implements AutoCloseable {

        private final UserId user;
        private final Deque<ExportPages.Row> page = new ArrayDeque<>();
        private final AtomicBoolean holdsPermit = new AtomicBoolean();
        private final AtomicBoolean closed = new AtomicBoolean();

        private Prepared(UserId user) {
            this.user = user;
        }

        /**
         * Drops what is left of the page and releases the permit. The next write waits for a permit
         * and reads the page again. Must be called on the thread that writes.
         */
        public void pause() {
            page.clear();
            releasePermit();
        }

        /** Ends the export; may be called again, and while the export is being written. */
        @Override
        public void close() {
            releasePermit();
            if (closed.compareAndSet(false, true)) {
                exportingUsers.remove(user);
                open.release();
            }
        }

        private void releasePermit() {
            if (holdsPermit.compareAndSet(true, false)) {
                permits.release();
            }
        }

        private void requirePermit(Duration maxWait) {
            if (holdsPermit.get()) {
                return;
            }
            try {
                if (permits.tryAcquire(maxWait.toMillis(), TimeUnit.MILLISECONDS)) {
                    holdsPermit.set(true);
                    return;
                }
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
            }
            throw new TooManyExports();
        }

        /** Writes the document. */
        public void write(OutputStream out) throws IOException {
            try (JsonGenerator document = json.getFactory().createGenerator(out)) {
                // After a failure the document must not look complete
                document.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
                document.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
                document.writeStartObject();
                document.writeStringField("exported_at", clock.instant().toString());
                document.writeStringField("user_id", user.toString());
                for (UserTable table : tables) {
                    write(table, document);
                }
                document.writeEndObject();
            }
        }

        private void write(UserTable table, JsonGenerator document) throws IOException {
            document.writeArrayFieldStart(table.table());
            ExportPages.@Nullable Row last = null;
            while (read(table, last)) {
                for (ExportPages.Row row = page.poll(); row != null; row = page.poll()) {
                    document.writeRawValue(row.json()); // may pause the export
                    last = row;
                }
                document.flush();
            }
            document.writeEndArray();
        }

        private boolean read(UserTable table, ExportPages.@Nullable Row last) {
            requirePermit(MAX_WAIT);
            page.addAll(last == null ? pages.first(table, user) : pages.after(table, user, last));
            return !page.isEmpty();
        }
    }
}
