package dev.parley.quota;

/**
 * What turns have used of the budgets of a plan.
 *
 * @param tokens input and output tokens
 * @param cost in millionths of the currency
 */
public record Spending(long tokens, long cost) {

    public static final Spending NONE = new Spending(0, 0);
}
