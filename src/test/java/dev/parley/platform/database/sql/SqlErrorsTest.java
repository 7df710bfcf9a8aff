package dev.parley.platform.database.sql;

import static dev.parley.platform.database.sql.SqlErrors.OVERLOADED;
import static dev.parley.platform.database.sql.SqlErrors.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.platform.database.CapacityExceeded;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What failures say of the database, and which of them leave open what it did. */
class SqlErrorsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000", "08006", "57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "58030",
                "99999"
            })
    void isUnavailableWhereConnectionIsLost(String state) {
        assertThat(SqlErrors.classify(wrapped(sql(state)))).contains(UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"55P03", "57014", "40P01", "40001", "53300"})
    void isOverloadedWhereThereWasNoRoomInTime(String state) {
        assertThat(SqlErrors.classify(wrapped(sql(state)))).contains(OVERLOADED);
    }

    @Test
    void isOverloadedWhereNoConnectionOrPlaceWasHadInTime() {
        assertThat(SqlErrors.classify(wrapped(new SQLTransientConnectionException())))
                .contains(OVERLOADED);
        assertThat(SqlErrors.classify(wrapped(acquisitionTimeout()))).contains(OVERLOADED);
        assertThat(SqlErrors.classify(wrapped(new CapacityExceeded("late")))).contains(OVERLOADED);
    }

    @Test
    void isUnavailableWhereDriverTellsNoState() {
        assertThat(SqlErrors.classify(wrapped(new SQLException("broken")))).contains(UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22001", "22P05", "23503", "23505", "42601"})
    void isNoTroubleWhereStatementIsRefused(String state) {
        assertThat(SqlErrors.classify(wrapped(sql(state)))).isEmpty();
    }

    /** A duplicate comes with a transaction that was rolled back: it is told as what it is. */
    @ParameterizedTest
    @ValueSource(strings = {"22001", "23505"})
    void isNoTroubleWhereTransactionBrokeForRefusal(String state) {
        RollbackException rolledBack = new RollbackException();
        rolledBack.addSuppressed(sql(state));

        assertThat(SqlErrors.classify(wrapped(rolledBack))).isEmpty();
        assertThat(SqlErrors.leavesOutcomeUnknown(wrapped(rolledBack))).isFalse();
    }

    @Test
    void isNoTroubleWhereDatabaseWasNotAsked() {
        assertThat(SqlErrors.classify(new IllegalStateException("a mistake"))).isEmpty();
        assertThat(SqlErrors.leavesOutcomeUnknown(new IllegalStateException("a mistake")))
                .isFalse();
    }

    @Test
    void leavesOutcomeUnknownWhereTransactionBrokeWhileItEnded() {
        RollbackException lost = new RollbackException();
        lost.addSuppressed(sql("08006"));
        HeuristicMixedException mixed = new HeuristicMixedException();
        mixed.addSuppressed(sql("57P01"));

        assertThat(SqlErrors.classify(wrapped(lost))).contains(UNAVAILABLE);
        assertThat(SqlErrors.leavesOutcomeUnknown(wrapped(lost))).isTrue();
        assertThat(SqlErrors.leavesOutcomeUnknown(wrapped(mixed))).isTrue();
    }

    @Test
    void leavesOutcomeUnknownWhereTransactionBrokeWithoutReason() {
        RollbackException silent = new RollbackException();

        assertThat(SqlErrors.classify(wrapped(silent))).contains(UNAVAILABLE);
        assertThat(SqlErrors.leavesOutcomeUnknown(wrapped(silent))).isTrue();
    }

    /** Before its end a transaction that fails is undone, also where the connection was lost. */
    @Test
    void leavesNoOutcomeUnknownWhereStatementFailedBeforeTheEnd() {
        assertThat(SqlErrors.leavesOutcomeUnknown(wrapped(sql("08006")))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22001", "23505", "40P01", "55P03"})
    void isRefusedWhereTheServerSaysWhy(String state) {
        assertThat(SqlErrors.isRefusedByServer(wrapped(ofServer(state)))).isTrue();
        assertThat(SqlErrors.isRefusedByServer(wrapped(sql(state)))).isFalse();
    }

    /** The server may have committed before it fails or is stopped. */
    @ParameterizedTest
    @ValueSource(strings = {"08006", "53100", "57014", "57P01", "XX000"})
    void isNotRefusedWhereTheServerMayHaveCommitted(String state) {
        assertThat(SqlErrors.isRefusedByServer(wrapped(ofServer(state)))).isFalse();
    }

    @Test
    void leavesOutcomeUnknownWhereWorkAfterTheCommitFails() {
        assertThatThrownBy(() ->
                        CommitOutcomeUnknown.onFailure(() -> {
                            throw new OutOfMemoryError();
                        }))
                .satisfies(failure -> assertThat(SqlErrors.leavesOutcomeUnknown(failure)).isTrue());
    }

    @Test
    void tellsWaitForConnectionFromLostConnection() {
        assertThat(SqlErrors.isPoolTimeout(wrapped(acquisitionTimeout()))).isTrue();
        assertThat(SqlErrors.isPoolTimeout(wrapped(sql("08006")))).isFalse();
    }

    @Test
    void tellsDuplicatesDeadlocksAndUnfitValuesApart() {
        assertThat(SqlErrors.isUniqueViolation(wrapped(sql("23505")))).isTrue();
        assertThat(SqlErrors.isUniqueViolation(wrapped(sql("23503")))).isFalse();
        assertThat(SqlErrors.isDeadlock(wrapped(sql("40P01")))).isTrue();
        assertThat(SqlErrors.isDeadlock(wrapped(sql("40001")))).isFalse();
        assertThat(SqlErrors.isInvalidData(wrapped(sql("22021")))).isTrue();
        assertThat(SqlErrors.isInvalidData(wrapped(sql("22012")))).isFalse();
        assertThat(SqlErrors.isForeignKeyViolation(wrapped(sql("23503")))).isTrue();
        assertThat(SqlErrors.isForeignKeyViolation(wrapped(sql("23505")))).isFalse();
    }

    private static SQLException sql(String state) {
        return new SQLException("of the server", state);
    }

    private static SQLException acquisitionTimeout() {
        return new SQLException("Sorry, acquisition timeout!");
    }

    private static RuntimeException wrapped(Exception failure) {
        return new IllegalStateException(new RuntimeException(failure));
    }

    private static SQLException ofServer(String state) {
        return new PSQLException(new ServerErrorMessage("SERROR\0C" + state + "\0Mrefused\0\0"));
    }
}
