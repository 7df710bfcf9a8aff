package dev.parley.feedback;

import java.util.List;

/** Answers that do not fit their questions. */
public final class WrongAnswers extends RuntimeException {

    private final List<Survey.Wrong> wrong;

    WrongAnswers(List<Survey.Wrong> wrong) {
        super("wrong answers", null, false, false);
        this.wrong = List.copyOf(wrong);
    }

    public List<Survey.Wrong> wrong() {
        return wrong;
    }
}
