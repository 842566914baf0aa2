package io.tunnel.protocol.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.arrow.Tables;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaxComputeTypeTest {
  @Property
  void theTextFormIsReadBack(@ForAll("types") MaxComputeType type) {
    assertThat(MaxComputeType.parse(type.toString())).isEqualTo(type);
  }

  @Property
  void caseAndBlanksDoNotMatter(@ForAll("types") MaxComputeType type) {
    String loose =
        type.toString()
            .toUpperCase(Locale.ROOT)
            // Field names keep their case, everything else is a word of the language.
            .replaceAll("F(\\d)", "f$1")
            .replace("<", " < ")
            .replace(">", " > ")
            .replace(",", " ,\n")
            .replace(":", " :\t")
            .replace("(", " ( ")
            .replace(")", " ) ");
    assertThat(MaxComputeType.parse(loose)).isEqualTo(type);
  }

  @Property
  void anyFieldNameIsReadBack(
      @ForAll
          @StringLength(min = 1, max = 12)
          @CharRange(from = 'a', to = 'e')
          @CharRange(from = '!', to = '0')
          @CharRange(from = '<', to = '`')
          @CharRange(from = '\u4e00', to = '\u4e10')
          String name) {
    StructType type = new StructType(List.of(new StructType.Field(name, PrimitiveType.BIGINT)));
    assertThat(MaxComputeType.parse(type.toString())).isEqualTo(type);
  }

  @Provide
  Arbitrary<MaxComputeType> types() {
    return Arbitraries.integers().between(0, 3).flatMap(Tables::types);
  }

  @ParameterizedTest
  @CsvSource({
    "BIGINT,bigint",
    "integer,int",
    "numeric(10),'decimal(10,0)'",
    "'decimal(38 , 18)','decimal(38,18)'",
    "DECIMAL,decimal",
    "timestamp_ltz,timestamp",
    "' varchar( 20 ) ',varchar(20)",
    "'array<struct<x:int,`my y`:map<string,array<int>>>>',"
        + "'array<struct<x:int,`my y`:map<string,array<int>>>>'",
    "'struct<`plain`:int>',struct<plain:int>",
    "'struct<`a``b`:int>',struct<`a``b`:int>"
  })
  void typesArePrintedAsTheServiceWritesThem(String text, String printed) {
    assertThat(MaxComputeType.parse(text)).hasToString(printed);
  }

  @ParameterizedTest
  @CsvSource({
    "'',a type name is missing at position 1",
    "geography,unknown type \"geography\" at position 1",
    "array<strin>,unknown type \"strin\" at position 7",
    "'array<int',''>' is expected at position 10",
    "'map<int>',',' is expected",
    "'map<int,int,int>',''>' is expected",
    "'int int',nothing may follow the type at position 5",
    "'struct<>',a field name is missing",
    "'struct<a int>',':' is expected",
    "'struct<`a:int>',the closing back-tick is missing",
    "'char','(' is expected",
    "'char()',a small number is expected",
    "'char(9999999)',a small number is expected"
  })
  void whatIsNoTypeIsRefusedWithItsPosition(String text, String reason) {
    assertThatThrownBy(() -> MaxComputeType.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Type \"" + text + "\": ")
        .hasMessageContaining(reason.replace("''", "'"));
  }

  @ParameterizedTest
  @CsvSource({
    "char(0)",
    "char(256)",
    "varchar(0)",
    "varchar(65536)",
    "'decimal(0,0)'",
    "'decimal(39,0)'",
    "'decimal(38,19)'",
    "'decimal(5,6)'"
  })
  void parametersOutOfRangeAreRefused(String text) {
    assertThatThrownBy(() -> MaxComputeType.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(text)
        .hasMessageContaining("between");
  }

  @Test
  void legacyDecimalHas54DigitsOfWhichArrowCarries38() {
    DecimalType type = (DecimalType) MaxComputeType.parse("decimal");
    assertThat(type.isLegacy()).isTrue();
    assertThat(type.precision()).isEqualTo(54);
    assertThat(type.scale()).isEqualTo(18);
    assertThat(type.arrowPrecision()).isEqualTo(38);
  }

  @Test
  void nestedTypesAreThoseWithParts() {
    assertThat(MaxComputeType.parse("array<int>").isNested()).isTrue();
    assertThat(MaxComputeType.parse("map<int,int>").isNested()).isTrue();
    assertThat(MaxComputeType.parse("struct<a:int>").isNested()).isTrue();
    assertThat(MaxComputeType.parse("string").isNested()).isFalse();
  }
}
