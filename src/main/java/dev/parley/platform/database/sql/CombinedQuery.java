package dev.parley.platform.database.sql;

import jakarta.persistence.EntityManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What several modules know, read in one statement: each brings its part, a select of exactly one
 * row.
 */
public final class CombinedQuery {

    private final List<Result<?>> parts = new ArrayList<>();
    private int columns;

    /** Adds a part; its figures are there once the glance was {@link #read}. */
    public <T> Result<T> at(SubQuery<T> part) {
        Result<T> taken = new Result<>(part, columns + 1);
        parts.add(taken);
        columns += part.columns();
        return taken;
    }

    /** Reads all parts, on the connection of the running transaction. */
    public void read(EntityManager database) {
        String all =
                IntStream.range(0, parts.size())
                        .mapToObj(number ->
                                "(%s) as part%d".formatted(parts.get(number).part.select(), number))
                        .collect(Collectors.joining(", ", "select * from ", ""));
        JdbcStatement statement = JdbcStatement.of(database, all);
        parts.forEach(taken -> taken.part.parameters().forEach(statement::value));
        statement.query(row -> {
            for (Result<?> taken : parts) {
                taken.read(row);
            }
            return row;
        });
    }

    /**
     * A select of one row.
     *
     * @param parameters its question marks', in order
     * @param columns how many it has
     */
    public record SubQuery<T>(
            String select, List<Object> parameters, int columns, RowReader<T> figures) {

        /** Read by itself. */
        public T read(EntityManager database) {
            CombinedQuery alone = new CombinedQuery();
            Result<T> taken = alone.at(this);
            alone.read(database);
            return taken.figures();
        }
    }

    /** Makes figures of a row's columns, the first of which is this one. */
    @FunctionalInterface
    public interface RowReader<T> {

        T of(ResultSet row, int first) throws SQLException;
    }

    /** A part of a glance. */
    public static final class Result<T> {

        private final SubQuery<T> part;
        private final int first;
        private final List<T> figures = new ArrayList<>(1);

        private Result(SubQuery<T> part, int first) {
            this.part = part;
            this.first = first;
        }

        private void read(ResultSet row) throws SQLException {
            figures.add(part.figures().of(row, first));
        }

        /** What was read. */
        public T figures() {
            return figures.getFirst();
        }
    }
}
