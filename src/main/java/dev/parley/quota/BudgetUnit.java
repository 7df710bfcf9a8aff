package dev.parley.quota;

/** What a budget counts. */
enum BudgetUnit {
    TOKENS,
    COST
}
