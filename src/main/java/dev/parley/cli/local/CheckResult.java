package dev.parley.cli.local;

/**
 * The result of one check.
 *
 * @param message what was found, or what is failed and how to fix it
 */
record CheckResult(String name, Status status, String message) {

    /** The outcome of a check; {@code UNKNOWN} if the check could not run. */
    enum Status {
        OK("✓"),
        FAILED("✗"),
        UNKNOWN("?");

        private final String sign;

        Status(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }
    }

    static CheckResult ok(String name, String message) {
        return new CheckResult(name, Status.OK, message);
    }

    static CheckResult failed(String name, String message) {
        return new CheckResult(name, Status.FAILED, message);
    }

    static CheckResult unknown(String name, String message) {
        return new CheckResult(name, Status.UNKNOWN, message);
    }

    boolean isOk() {
        return status == Status.OK;
    }
}
