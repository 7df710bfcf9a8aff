package dev.parley.database;

import static dev.parley.database.DatabaseTrouble.OVERLOADED;
import static dev.parley.database.DatabaseTrouble.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What failures say of the database, and which of them leave open what it did. */
class DatabaseTroubleTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000", "08006", "57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "58030",
                "99999"
            })
    void isUnavailableWhereConnectionIsLost(String state) {
        assertThat(DatabaseTrouble.in(wrapped(sql(state)))).contains(UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"55P03", "57014", "40P01", "40001", "53300"})
    void isOverloadedWhereThereWasNoRoomInTime(String state) {
        assertThat(DatabaseTrouble.in(wrapped(sql(state)))).contains(OVERLOADED);
    }

    @Test
    void isOverloadedWhereNoConnectionOrPlaceWasHadInTime() {
        assertThat(DatabaseTrouble.in(wrapped(new SQLTransientConnectionException())))
                .contains(OVERLOADED);
        assertThat(DatabaseTrouble.in(wrapped(acquisitionTimeout()))).contains(OVERLOADED);
        assertThat(DatabaseTrouble.in(wrapped(new NoRoomInTime("late")))).contains(OVERLOADED);
    }

    @Test
    void isUnavailableWhereDriverTellsNoState() {
        assertThat(DatabaseTrouble.in(wrapped(new SQLException("broken")))).contains(UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22001", "22P05", "23503", "23505", "42601"})
    void isNoTroubleWhereStatementIsRefused(String state) {
        assertThat(DatabaseTrouble.in(wrapped(sql(state)))).isEmpty();
    }

    /** A duplicate comes with a transaction that was rolled back: it is told as what it is. */
    @ParameterizedTest
    @ValueSource(strings = {"22001", "23505"})
    void isNoTroubleWhereTransactionBrokeForRefusal(String state) {
        RollbackException rolledBack = new RollbackException();
        rolledBack.addSuppressed(sql(state));

        assertThat(DatabaseTrouble.in(wrapped(rolledBack))).isEmpty();
        assertThat(DatabaseTrouble.leavesOutcomeUnknown(wrapped(rolledBack))).isFalse();
    }

    @Test
    void isNoTroubleWhereDatabaseWasNotAsked() {
        assertThat(DatabaseTrouble.in(new IllegalStateException("a mistake"))).isEmpty();
        assertThat(DatabaseTrouble.leavesOutcomeUnknown(new IllegalStateException("a mistake")))
                .isFalse();
    }

    @Test
    void leavesOutcomeUnknownWhereTransactionBrokeWhileItEnded() {
        RollbackException lost = new RollbackException();
        lost.addSuppressed(sql("08006"));
        HeuristicMixedException mixed = new HeuristicMixedException();
        mixed.addSuppressed(sql("57P01"));

        assertThat(DatabaseTrouble.in(wrapped(lost))).contains(UNAVAILABLE);
        assertThat(DatabaseTrouble.leavesOutcomeUnknown(wrapped(lost))).isTrue();
        assertThat(DatabaseTrouble.leavesOutcomeUnknown(wrapped(mixed))).isTrue();
    }

    @Test
    void leavesOutcomeUnknownWhereTransactionBrokeWithoutReason() {
        RollbackException silent = new RollbackException();

        assertThat(DatabaseTrouble.in(wrapped(silent))).contains(UNAVAILABLE);
        assertThat(DatabaseTrouble.leavesOutcomeUnknown(wrapped(silent))).isTrue();
    }

    /** Before its end a transaction that fails is undone, also where the connection was lost. */
    @Test
    void leavesNoOutcomeUnknownWhereStatementFailedBeforeTheEnd() {
        assertThat(DatabaseTrouble.leavesOutcomeUnknown(wrapped(sql("08006")))).isFalse();
    }

    @Test
    void tellsWaitForConnectionFromLostConnection() {
        assertThat(DatabaseTrouble.isWaitForConnection(wrapped(acquisitionTimeout()))).isTrue();
        assertThat(DatabaseTrouble.isWaitForConnection(wrapped(sql("08006")))).isFalse();
    }

    @Test
    void tellsDuplicatesDeadlocksAndUnfitValuesApart() {
        assertThat(DatabaseTrouble.isDuplicate(wrapped(sql("23505")))).isTrue();
        assertThat(DatabaseTrouble.isDuplicate(wrapped(sql("23503")))).isFalse();
        assertThat(DatabaseTrouble.isDeadlock(wrapped(sql("40P01")))).isTrue();
        assertThat(DatabaseTrouble.isDeadlock(wrapped(sql("40001")))).isFalse();
        assertThat(DatabaseTrouble.isUnfit(wrapped(sql("22021")))).isTrue();
        assertThat(DatabaseTrouble.isUnfit(wrapped(sql("22012")))).isFalse();
        assertThat(DatabaseTrouble.isAboutNothing(wrapped(sql("23503")))).isTrue();
        assertThat(DatabaseTrouble.isAboutNothing(wrapped(sql("23505")))).isFalse();
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
}
