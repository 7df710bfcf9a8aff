package dev.parley.agent.approval;

import java.util.Arrays;
import java.util.Optional;

/** How a condition compares an argument with a value. */
enum Operator {
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    AT_MOST("<="),
    GREATER(">"),
    AT_LEAST(">="),
    CONTAINS("contains");

    private final String sign;

    Operator(String sign) {
        this.sign = sign;
    }

    static Optional<Operator> of(String sign) {
        return Arrays.stream(values())
                .filter(operator -> operator.sign.equalsIgnoreCase(sign))
                .findFirst();
    }

    /** Whether the operator needs values that have an order: numbers and dates. */
    boolean ordered() {
        return switch (this) {
            case LESS, AT_MOST, GREATER, AT_LEAST -> true;
            case EQUAL, NOT_EQUAL, CONTAINS -> false;
        };
    }

    /**
     * @param order negative, zero or positive, as of {@link Comparable#compareTo}
     */
    boolean accepts(int order) {
        return switch (this) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case AT_MOST -> order <= 0;
            case GREATER -> order > 0;
            case AT_LEAST -> order >= 0;
            case CONTAINS -> throw new IllegalStateException("contains has no order");
        };
    }

    @Override
    public String toString() {
        return sign;
    }
}
