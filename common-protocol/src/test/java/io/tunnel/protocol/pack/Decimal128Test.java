package io.tunnel.protocol.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Decimal128Test {
  private static final String LIMIT = "99999999999999999999999999999999999999";

  @Property
  void textIsThePlainNotationOfTheNumber(
      @ForAll @BigRange(min = "-" + LIMIT, max = LIMIT) BigInteger unscaled,
      @ForAll @IntRange(max = 18) int scale) {
    assertPrintedAndRead(unscaled, scale);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "9223372036854775807",
        "-9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "-18446744073709551616",
        "1000000000000000000",
        "999999999999999999",
        "1000000000000000000000000000",
        "99999999999999999999999999999999999999",
        "-99999999999999999999999999999999999999"
      })
  void bordersOfTheFastWaysHold(String unscaled) {
    for (int scale = 0; scale <= 18; scale++) {
      assertPrintedAndRead(new BigInteger(unscaled), scale);
    }
  }

  private static void assertPrintedAndRead(BigInteger unscaled, int scale) {
    Decimal128 decimal = new Decimal128(38, scale);
    long low = unscaled.longValue();
    long high = unscaled.shiftRight(64).longValue();
    decimal.print(low, high);
    byte[] text = decimal.text().clone();
    int start = decimal.textStart();
    int length = decimal.textLength();
    assertThat(new String(text, start, length, StandardCharsets.US_ASCII))
        .isEqualTo(new BigDecimal(unscaled, scale).toPlainString());
    decimal.parse(text, start, length);
    assertThat(decimal.low()).isEqualTo(low);
    assertThat(decimal.high()).isEqualTo(high);
  }
}
