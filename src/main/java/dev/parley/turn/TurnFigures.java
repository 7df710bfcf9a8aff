package dev.parley.turn;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;

/** What an operator watches of the turns. */
@Singleton
class TurnFigures {

    private final MeterRegistry meters;

    TurnFigures(MeterRegistry meters) {
        this.meters = meters;
    }

    void ended(TurnRecord turn) {
        turn.endedAt()
                .ifPresent(endedAt ->
                        Timer.builder("parley.turns")
                                .description("Turns that ended, from opening to settling")
                                .tag("agent", turn.agentType().value())
                                .tag("ending", turn.status())
                                .register(meters)
                                .record(turn.elapsed(endedAt)));
    }
}
