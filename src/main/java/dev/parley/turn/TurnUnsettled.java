package dev.parley.turn;

/**
 * The agent's answer could not be written down in time: the turn's ending is not known to be
 * stored.
 */
public final class TurnUnsettled extends RuntimeException {

    private final TurnId turn;

    public TurnUnsettled(TurnId turn, Throwable cause) {
        super("The ending of turn " + turn + " could not be stored.", cause);
        this.turn = turn;
    }

    public TurnId turn() {
        return turn;
    }
}
