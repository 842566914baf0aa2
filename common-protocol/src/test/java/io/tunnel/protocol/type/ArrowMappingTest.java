package io.tunnel.protocol.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.type.ArrowMapping.Form;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of section 5 of the specification, row by row. */
class ArrowMappingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tinyint             | c: Int(8, true)
          smallint            | c: Int(16, true)
          int                 | c: Int(32, true)
          bigint              | c: Int(64, true)
          float               | c: FloatingPoint(SINGLE)
          double              | c: FloatingPoint(DOUBLE)
          boolean             | c: Bool
          string              | c: Utf8
          char(10)            | c: Utf8
          varchar(20)         | c: Utf8
          json                | c: Utf8
          binary              | c: Binary
          decimal(38,18)      | c: Decimal(38, 18, 128)
          decimal(10,2)       | c: Decimal(10, 2, 128)
          decimal             | c: Decimal(38, 18, 128)
          date                | c: Date(DAY)
          datetime            | c: Date(MILLISECOND)
          timestamp           | c: Timestamp(NANOSECOND, null)
          timestamp_ntz       | c: Timestamp(NANOSECOND, null)
          interval_year_month | c: Interval(YEAR_MONTH)
          interval_day_time   | c: Interval(DAY_TIME)
          array<bigint>       | c: List<element: Int(64, true)>
          map<string,int>     | c: Map(false)<entries: Struct<key: Utf8 not null, value: Int(32, true)> not null>
          struct<a:int,b:array<date>> | c: Struct<a: Int(32, true), b: List<element: Date(DAY)>>
          """)
  void wireForm(String type, String field) {
    assertThat(ArrowMapping.field("c", MaxComputeType.parse(type), true, Form.WIRE))
        .hasToString(field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          timestamp           | c: Struct<sec: Int(64, true), nano: Int(32, true)>
          timestamp_ntz       | c: Struct<sec: Int(64, true), nano: Int(32, true)>
          interval_day_time   | c: Struct<sec: Int(64, true), nano: Int(32, true)>
          array<timestamp>    | c: List<element: Struct<sec: Int(64, true), nano: Int(32, true)>>
          datetime            | c: Date(MILLISECOND)
          """)
  void extendedForm(String type, String field) {
    assertThat(ArrowMapping.field("c", MaxComputeType.parse(type), true, Form.EXTENDED))
        .hasToString(field);
  }

  @Test
  void columnsKeepTheirOrderAndNullability() {
    List<Column> columns = List.of(Column.of("id", "bigint").notNull(), Column.of("s", "string"));
    Schema schema = ArrowMapping.schema(columns, Form.WIRE);
    assertThat(schema.getFields()).extracting(Field::getName).containsExactly("id", "s");
    assertThat(schema.getFields()).extracting(Field::isNullable).containsExactly(false, true);
    assertThat(new TableSchema(columns, List.of(Column.of("ds", "string"))).arrowSchema())
        .isEqualTo(schema);
  }
}
