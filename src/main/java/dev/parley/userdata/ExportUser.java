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
 * Tells all that is known of a user, as one JSON document: an object with an array for each table,
 * written page by page. Each page is one short transaction, and nothing is held while the reader
 * reads: rows that change meanwhile are told as they are when their page is read.
 */
@ApplicationScoped
@Transactional(TxType.NEVER)
public class ExportUser {

    /** Each holds a page at a time. */
    private static final int MAX_CONCURRENT = 4;

    private final List<UserTable> tables;
    private final ExportPages pages;
    private final ObjectMapper json;
    private final Clock clock;
    private final Semaphore places = new Semaphore(MAX_CONCURRENT);
    private final Set<UserId> atWork = ConcurrentHashMap.newKeySet();

    ExportUser(@All List<UserDataTables> rooms, ExportPages pages, ObjectMapper json, Clock clock) {
        this.tables =
                rooms.stream()
                        .flatMap(room -> room.tables().stream())
                        .sorted(Comparator.comparing(UserTable::table))
                        .toList();
        this.pages = pages;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Prepares an export, one of a user's at a time; to be closed, whether it was written or not.
     *
     * @throws TooManyExports where as many as there may be are being written
     */
    public Prepared of(UserId user) {
        if (!places.tryAcquire()) {
            throw new TooManyExports();
        }
        if (!atWork.add(user)) {
            places.release();
            throw new TooManyExports();
        }
        return new Prepared(user);
    }

    /** An export that has its place. */
    public final class Prepared implements AutoCloseable {

        private final UserId user;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Prepared(UserId user) {
            this.user = user;
        }

        /** Gives the place back; once, however often it is called. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                atWork.remove(user);
                places.release();
            }
        }

        /** Writes the document. */
        public void write(OutputStream out) throws IOException {
            try (JsonGenerator document = json.getFactory().createGenerator(out)) {
                // Where it breaks it must not look whole
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
