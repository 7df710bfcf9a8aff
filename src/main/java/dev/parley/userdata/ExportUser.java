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
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Exports all data of a user as one JSON document: an object with an array for each table, written
 * page by page. Each page is one short transaction, and no connection is checked out while the
 * client reads. A row that changes during the export is exported as it is when its page is read.
 */
@ApplicationScoped
@Transactional(TxType.NEVER)
public class ExportUser {

    /** The number of concurrent exports is limited because each keeps one page in memory. */
    private static final int MAX_CONCURRENT = 4;

    private final List<UserTable> tables;
    private final ExportPages pages;
    private final ObjectMapper json;
    private final Clock clock;
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT);
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
     * Prepares an export. A user has at most one export at a time. The caller must close the
     * export, whether it was written or not.
     *
     * @throws TooManyExports if the process or the user has no free export
     */
    public Prepared of(UserId user) {
        if (!permits.tryAcquire()) {
            throw new TooManyExports();
        }
        if (!exportingUsers.add(user)) {
            permits.release();
            throw new TooManyExports();
        }
        return new Prepared(user);
    }

    /** An export with a permit. */
    public final class Prepared implements AutoCloseable {

        private final UserId user;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Prepared(UserId user) {
            this.user = user;
        }

        /** Releases the permit; further calls have no effect. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                exportingUsers.remove(user);
                permits.release();
            }
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
            List<ExportPages.Row> page = pages.first(table, user);
            while (!page.isEmpty()) {
                for (ExportPages.Row row : page) {
                    document.writeRawValue(row.json());
                }
                document.flush();
                page = pages.after(table, user, page.getLast());
            }
            document.writeEndArray();
        }
    }
}
