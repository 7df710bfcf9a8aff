package dev.parley.platform.database.sql;

import jakarta.persistence.EntityManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads the data of several modules in one statement. Each module adds a subquery that returns
 * exactly one row.
 */
public final class CombinedQuery {

    private final List<Result<?>> results = new ArrayList<>();
    private int columns;

    /** Adds a subquery. Its result is available after {@link #read}. */
    public <T> Result<T> at(SubQuery<T> subQuery) {
        Result<T> result = new Result<>(subQuery, columns + 1);
        results.add(result);
        columns += subQuery.columns();
        return result;
    }

    /** Executes all subqueries as one statement, on the connection of the running transaction. */
    public void read(EntityManager database) {
        read(statement(database));
    }

    /** The same as the only statement of the transaction, which is committed with it. */
    public void readAndCommit(EntityManager database) {
        read(statement(database).thenEndReading());
    }

    private JdbcStatement statement(EntityManager database) {
        String text =
                IntStream.range(0, results.size())
                        .mapToObj(number ->
                                "(%s) as part%d"
                                        .formatted(results.get(number).subQuery.select(), number))
                        .collect(Collectors.joining(", ", "select * from ", ""));
        JdbcStatement statement = JdbcStatement.of(database, text);
        results.forEach(result -> result.subQuery.parameters().forEach(statement::value));
        return statement;
    }

    private void read(JdbcStatement statement) {
        statement.query(row -> {
            for (Result<?> result : results) {
                result.read(row);
            }
            return row;
        });
    }

    /**
     * A select that returns exactly one row.
     *
     * @param parameters the values of the question marks, in order
     * @param columns the number of columns
     * @param figures reads the result from the row
     */
    public record SubQuery<T>(
            String select, List<Object> parameters, int columns, RowReader<T> figures) {

        /** Executes this subquery alone. */
        public T read(EntityManager database) {
            CombinedQuery alone = new CombinedQuery();
            Result<T> result = alone.at(this);
            alone.read(database);
            return result.figures();
        }
    }

    /** Reads a result from a row. */
    @FunctionalInterface
    public interface RowReader<T> {

        /**
         * @param first the index of the subquery's first column in the row
         */
        T of(ResultSet row, int first) throws SQLException;
    }

    /** The result of a subquery. */
    public static final class Result<T> {

        private final SubQuery<T> subQuery;
        private final int first;
        private final List<T> figures = new ArrayList<>(1);

        private Result(SubQuery<T> subQuery, int first) {
            this.subQuery = subQuery;
            this.first = first;
        }

        private void read(ResultSet row) throws SQLException {
            figures.add(subQuery.figures().of(row, first));
        }

        /** The result; available after {@link CombinedQuery#read}. */
        public T figures() {
            return figures.getFirst();
        }
    }
}
