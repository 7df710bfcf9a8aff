package dev.parley.agent.model;

/**
 * There was no connection to the endpoint, so that nothing was sent and trying again costs nothing.
 */
final class ConnectFailed extends RuntimeException {

    ConnectFailed(Throwable cause) {
        super("No connection to the model's endpoint", cause);
    }
}
