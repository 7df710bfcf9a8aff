package dev.parley.turn;

/** The idempotency key has been used for a request that said something else. */
public final class KeyReused extends RuntimeException {

    KeyReused() {
        super("idempotency key reused", null, false, false);
    }
}
