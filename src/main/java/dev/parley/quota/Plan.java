package dev.parley.quota;

/**
 * A plan a user can be on.
 *
 * @param limit queries in a calendar month (UTC); zero allows none
 */
public record Plan(String name, int limit) {}
