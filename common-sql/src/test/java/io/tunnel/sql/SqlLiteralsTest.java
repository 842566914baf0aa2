package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SqlLiteralsTest {
  /** Parses the literal between two others and gives its value: it must not touch them. */
  private static Object parsedBack(String literal) throws SqlSyntaxException {
    Script script = MaxComputeSql.parseScript("insert into t values ('a', " + literal + ", 'z');");
    assertThat(script.statements()).hasSize(1);
    Statement.Insert insert = (Statement.Insert) script.statements().get(0);
    assertThat(insert.parameterCount()).isZero();
    List<List<Value>> rows = ((InsertSource.Values) insert.source()).rows();
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0)).hasSize(3);
    assertThat(rows.get(0).get(0)).isEqualTo(new Value.Literal("a"));
    assertThat(rows.get(0).get(2)).isEqualTo(new Value.Literal("z"));
    return ((Value.Literal) rows.get(0).get(1)).value();
  }

  @Provide
  Arbitrary<String> nastyStrings() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(30),
        Arbitraries.strings()
            .withChars("'\"\\`;-?/*nu0u0041\0\n\r\t%_#")
            .withChars(
                '\uffff', '\ufffe', '\ud83d', '\ude00', '\u2028', '\u0001', '\u007f', '\ufeff')
            .ofMaxLength(40));
  }

  @Property(tries = 3000)
  void everyStringComesBack(@ForAll("nastyStrings") String value) throws Exception {
    String literal = SqlLiterals.literal(value);
    assertThat(parsedBack(literal)).isEqualTo(value);
    assertThat(ParameterizedSql.of("select " + literal + ", ?").parameterCount()).isOne();
  }

  @Test
  void whatXmlCannotCarryIsEscaped() {
    assertThat(SqlLiterals.literal("a\uffff\ufffe\ufffd")).isEqualTo("'a\\uffff\\ufffe\ufffd'");
  }

  @Property(tries = 1000)
  void everyNameInBackTicksComesBack(@ForAll("nastyStrings") String name) throws Exception {
    if (name.isEmpty()) {
      return;
    }
    String quoted = "`" + name.replace("`", "``") + "`";
    Statement.Insert insert =
        (Statement.Insert)
            DuckDbFixture.only("insert into " + quoted + " (" + quoted + ", b) values (1, 2)");
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    assertThat(insert.target().parts()).containsExactly(lower);
    assertThat(insert.columns()).containsExactly(lower, "b");
  }

  @Property
  void everyLongComesBack(@ForAll long value) throws Exception {
    if (value != Long.MIN_VALUE) {
      assertThat(parsedBack(SqlLiterals.literal(value))).isEqualTo(value);
    }
  }

  @Property
  void everyDoubleComesBack(@ForAll double value) throws Exception {
    assertThat(parsedBack(SqlLiterals.literal(value))).isEqualTo(value);
  }

  @Provide
  Arbitrary<BigDecimal> decimals() {
    return Arbitraries.bigIntegers()
        .between(
            BigInteger.TEN.pow(38).negate().add(BigInteger.ONE),
            BigInteger.TEN.pow(38).subtract(BigInteger.ONE))
        .flatMap(
            unscaled ->
                Arbitraries.integers()
                    .between(0, 38)
                    .map(scale -> new BigDecimal(unscaled, scale)));
  }

  @Property
  void everyDecimalComesBack(@ForAll("decimals") BigDecimal value) throws Exception {
    assertThat((BigDecimal) toDecimal(parsedBack(SqlLiterals.literal(value))))
        .isEqualByComparingTo(value);
  }

  private static BigDecimal toDecimal(Object value) {
    return value instanceof Long number ? BigDecimal.valueOf(number) : (BigDecimal) value;
  }

  @Property
  void everyDateTimeComesBack(
      @ForAll
          @net.jqwik.time.api.constraints.DateTimeRange(
              min = "0001-01-01T00:00:00",
              max = "9999-12-31T23:59:59")
          LocalDateTime value)
      throws Exception {
    assertThat(parsedBack(SqlLiterals.literal(value))).isEqualTo(value);
    assertThat(parsedBack(SqlLiterals.literal(value.toLocalDate()))).isEqualTo(value.toLocalDate());
    assertThat(parsedBack(SqlLiterals.literal(value.plusNanos(1)))).isEqualTo(value.plusNanos(1));
  }

  @Test
  void writesEachTypeAsMaxComputeReadsIt() {
    assertThat(SqlLiterals.literal(null)).isEqualTo("NULL");
    assertThat(SqlLiterals.literal('x')).isEqualTo("'x'");
    assertThat(SqlLiterals.literal(true)).isEqualTo("TRUE");
    assertThat(SqlLiterals.literal((byte) 1)).isEqualTo("1Y");
    assertThat(SqlLiterals.literal((short) -1)).isEqualTo("-1S");
    assertThat(SqlLiterals.literal(5)).isEqualTo("5");
    assertThat(SqlLiterals.literal(5L)).isEqualTo("5L");
    assertThat(SqlLiterals.literal(Long.MIN_VALUE))
        .isEqualTo("CAST('-9223372036854775808' AS BIGINT)");
    assertThat(SqlLiterals.literal(1.5)).isEqualTo("1.5E0");
    assertThat(SqlLiterals.literal(1.5f)).isEqualTo("CAST(1.5E0 AS FLOAT)");
    assertThat(SqlLiterals.literal(Double.NaN)).isEqualTo("CAST('NaN' AS DOUBLE)");
    assertThat(SqlLiterals.literal(Double.NEGATIVE_INFINITY))
        .isEqualTo("CAST('-Infinity' AS DOUBLE)");
    assertThat(SqlLiterals.literal(new BigDecimal("1E+3"))).isEqualTo("1000BD");
    assertThat(SqlLiterals.literal(BigInteger.TEN)).isEqualTo("10BD");
    assertThat(SqlLiterals.literal(LocalDate.of(2020, 1, 2))).isEqualTo("DATE '2020-01-02'");
    assertThat(SqlLiterals.literal(java.sql.Date.valueOf("2020-01-02")))
        .isEqualTo("DATE '2020-01-02'");
    assertThat(SqlLiterals.literal(LocalDateTime.of(2020, 1, 2, 3, 4, 5, 6_000_000)))
        .isEqualTo("DATETIME '2020-01-02 03:04:05.006'");
    assertThat(SqlLiterals.literal(Timestamp.valueOf("2020-01-02 03:04:05.000000006")))
        .isEqualTo("TIMESTAMP '2020-01-02 03:04:05.000000006'");
    assertThat(SqlLiterals.literal(new byte[] {0, (byte) 0xff})).isEqualTo("unhex('00FF')");
    assertThat(SqlLiterals.literal(List.of("a", 1L))).isEqualTo("array('a', 1L)");
    assertThat(SqlLiterals.literal(Map.of("k", 1.5))).isEqualTo("map('k', 1.5E0)");
  }

  @Test
  void refusesWhatHasNoLiteral() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SqlLiterals.literal(new Object()))
        .withMessageContaining("java.lang.Object");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SqlLiterals.literal(BigInteger.TEN.pow(38)))
        .withMessageContaining("39");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SqlLiterals.literal(LocalDate.of(10_000, 1, 1)))
        .withMessageContaining("10000");
  }
}
