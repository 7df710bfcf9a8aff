package dev.parley.quota;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Amounts of the currency, which are counted in millionths. */
public final class Money {

    private static final int DECIMALS = 6;

    private Money() {}

    /** An amount for people, without zeros at its end. */
    public static BigDecimal of(long millionths) {
        BigDecimal amount = BigDecimal.valueOf(millionths, DECIMALS).stripTrailingZeros();
        return amount.scale() < 0 ? amount.setScale(0, RoundingMode.UNNECESSARY) : amount;
    }

    /** An amount in millionths, rounded down. */
    static long millionths(BigDecimal amount) {
        return amount.movePointRight(DECIMALS).setScale(0, RoundingMode.DOWN).longValueExact();
    }
}
