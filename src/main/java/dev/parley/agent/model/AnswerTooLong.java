package dev.parley.agent.model;

/**
 * The time limit ended an answer that was still arriving. The endpoint works, so this does not
 * count as its failure.
 */
final class AnswerTooLong extends RuntimeException {

    AnswerTooLong(Throwable cause) {
        super("The time limit ended an answer that was still arriving", cause);
    }
}
