package dev.parley.turn.summary;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** Nothing summarises conversations here; nothing was charged. */
public final class SummariesOff extends ParleyException {

    private SummariesOff(String detail) {
        super(ProblemCode.SUMMARIES_OFF, detail);
    }

    static SummariesOff byConfiguration() {
        return new SummariesOff(ProblemCode.SUMMARIES_OFF.detail());
    }

    static SummariesOff withoutModel() {
        return new SummariesOff("A summary needs a model, and this service has none.");
    }
}
