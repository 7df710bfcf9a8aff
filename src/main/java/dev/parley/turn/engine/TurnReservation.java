package dev.parley.turn.engine;

import dev.parley.agent.BudgetExhausted;
import dev.parley.quota.QuotaExhausted;
import dev.parley.quota.Reservation;
import dev.parley.quota.Spending;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a turn may use of its user's plan; it grows with the turn's rounds. Thread-safe. */
final class TurnReservation {

    private final Supplier<Spending> used;
    private final Function<Spending, Reservation> extension;
    private final ReentrantLock lock = new ReentrantLock();
    private Reservation reservation;

    /**
     * @param used what the turn's agents have used so far
     * @param extension reserves more for a turn that has used so much
     */
    TurnReservation(
            Reservation reservation,
            Supplier<Spending> used,
            Function<Spending, Reservation> extension) {
        this.reservation = reservation;
        this.used = used;
        this.extension = extension;
    }

    /**
     * Reserves more if what was reserved is used. Other agents of the turn wait meanwhile before
     * they begin a round.
     *
     * @throws BudgetExhausted if the user's plan has nothing left
     */
    void requireForRound() {
        lock.lock();
        try {
            if (reservation.equals(Reservation.UNLIMITED)) {
                return;
            }
            Spending spent = used.get();
            if (!reservation.covers(spent)) {
                reservation = extension.apply(spent);
            }
        } catch (QuotaExhausted failure) {
            throw new BudgetExhausted(failure.detail(), failure);
        } finally {
            lock.unlock();
        }
    }
}
