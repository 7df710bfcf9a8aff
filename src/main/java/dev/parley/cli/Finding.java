package dev.parley.cli;

/**
 * What was found of one thing.
 *
 * @param told what it is, or what is wrong and how to mend it
 */
record Finding(String name, Mark mark, String told) {

    /** As it has to be, not as it has to be, or not known. */
    enum Mark {
        RIGHT("✓"),
        WRONG("✗"),
        UNKNOWN("?");

        private final String sign;

        Mark(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }
    }

    static Finding right(String name, String told) {
        return new Finding(name, Mark.RIGHT, told);
    }

    static Finding wrong(String name, String told) {
        return new Finding(name, Mark.WRONG, told);
    }

    static Finding unknown(String name, String told) {
        return new Finding(name, Mark.UNKNOWN, told);
    }

    boolean isRight() {
        return mark == Mark.RIGHT;
    }
}
