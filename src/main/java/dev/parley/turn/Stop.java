package dev.parley.turn;

/** Why a running turn is to stop before its agent is done. */
enum Stop {
    CANCELLED,
    SHUT_DOWN
}
