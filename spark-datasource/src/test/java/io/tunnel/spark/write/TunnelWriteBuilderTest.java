package io.tunnel.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.connection.Connection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class TunnelWriteBuilderTest {
  private static final Connection NOWHERE =
      Connection.of(Map.of("endpoint", "http://127.0.0.1:1/api", "project", "p"), Set.of());
  private static final TableName TABLE = new TableName("p", null, "t");
  private static final TableSchema PLAIN = TableSchema.of(Column.of("a", "bigint"));
  private static final TableSchema PARTITIONED =
      new TableSchema(
          List.of(Column.of("a", "bigint")),
          List.of(Column.of("ds", "string"), Column.of("hh", "bigint")));

  private static TunnelWriteBuilder builder(TableSchema schema, String partition, String rows) {
    return new TunnelWriteBuilder(
        NOWHERE,
        TABLE,
        schema,
        partition == null ? null : PartitionSpec.parse(partition),
        true,
        StructType.fromDDL(rows));
  }

  @Test
  void thePlanSaysWhatIsWritten() {
    assertThat(builder(PLAIN, null, "a bigint").build()).hasToString("tunnel append to p.t");
    assertThat(builder(PLAIN, null, "a bigint").truncate().build())
        .hasToString("tunnel overwrite of p.t");
    assertThat(builder(PARTITIONED, "HH=7,ds=x", "a bigint").build())
        .hasToString("tunnel append to p.t/ds=x/hh=7");
  }

  @Test
  void thePartitionMustFitTheTable() {
    assertThatThrownBy(() -> builder(PARTITIONED, null, "a bigint").build())
        .hasMessageContaining("option(\"partition\", \"ds=…,hh=…\")");
    assertThatThrownBy(() -> builder(PARTITIONED, "ds=1", "a bigint").build())
        .hasMessageContaining("lacks a value for hh");
    assertThatThrownBy(() -> builder(PARTITIONED, "ds=1,hh=2,mm=3", "a bigint").build())
        .hasMessageContaining("no partition column mm");
    assertThatThrownBy(() -> builder(PLAIN, "ds=1", "a bigint").build())
        .hasMessageContaining("has no partitions");
  }

  @Test
  void columnsAreCheckedBeforeASessionIsOpened() {
    assertThatThrownBy(() -> builder(PLAIN, null, "b bigint").build())
        .hasMessageContaining("Column b of the DataFrame");
    assertThatThrownBy(() -> builder(PLAIN, null, "a interval").build())
        .hasMessage("Column a: Spark type interval cannot be written as bigint; cast it to bigint");
  }

  @Test
  void morePartitionsThanBlockIdsAreRefused() {
    TunnelBatchWrite write = (TunnelBatchWrite) builder(PLAIN, null, "a bigint").build().toBatch();
    assertThatThrownBy(() -> write.createBatchWriterFactory(() -> 20_001))
        .hasMessageContaining("20001 partitions")
        .hasMessageContaining("coalesce()");
  }

  @Test
  void abortTakesWhatSparkGivesItAndMayComeFirst() {
    TunnelBatchWrite write = (TunnelBatchWrite) builder(PLAIN, null, "a bigint").build().toBatch();
    write.abort(new org.apache.spark.sql.connector.write.WriterCommitMessage[] {null, null});
    assertThat(write.useCommitCoordinator()).isFalse();
  }
}
