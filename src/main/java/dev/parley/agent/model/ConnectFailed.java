package dev.parley.agent.model;

/** No connection to the endpoint could be opened. Nothing was sent, so a retry costs nothing. */
final class ConnectFailed extends RuntimeException {

    ConnectFailed(Throwable cause) {
        super("No connection to the model's endpoint", cause);
    }
}
