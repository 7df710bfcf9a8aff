package dev.parley.cli.local;

/**
 * What was found of one thing.
 *
 * @param message what it is, or what is wrong and how to mend it
 */
record CheckResult(String name, Status status, String message) {

    /** As it has to be, not as it has to be, or not known. */
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

    static CheckResult right(String name, String told) {
        return new CheckResult(name, Status.OK, told);
    }

    static CheckResult wrong(String name, String told) {
        return new CheckResult(name, Status.FAILED, told);
    }

    static CheckResult unknown(String name, String told) {
        return new CheckResult(name, Status.UNKNOWN, told);
    }

    boolean isRight() {
        return status == Status.OK;
    }
}
