package io.tunnel.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.catalog.TableInfo;
import io.tunnel.protocol.session.UploadHandle;
import io.tunnel.protocol.session.UpsertHandle;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.Serializer;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.SerializedForm;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SerializationTest {
  private static final Instant OPENED = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @EnumSource
  void theFactoryTravelsWithItsSecretsAndShowsNone(Serializer serializer) {
    Connection connection =
        Connection.of(
            Map.of(
                "endpoint", "http://127.0.0.1:1/api",
                "project", "p",
                "accessId", "me",
                "accessKey", "to-hide",
                "table", "t"),
            Set.of("table"));
    UploadHandle handle =
        new UploadHandle("p", null, "t", "ds=1", "id", "http://h", "{}", 8_388_608);
    TunnelWriterFactory factory =
        new TunnelWriterFactory(
            connection, SerializedForm.of(handle), new SessionLife("id", OPENED), "{}", 8 << 20);

    TunnelWriterFactory copy = serializer.roundTrip(factory, TunnelWriterFactory.class, 2_000);

    assertThat(copy).hasToString(factory.toString()).usingRecursiveComparison().isEqualTo(factory);
    assertThat(copy.toString()).contains("accessId=me").doesNotContain("to-hide");
    assertThat(serializer.roundTrip(connection, Connection.class, 1_000).config().credentials())
        .isEqualTo(connection.config().credentials());
    assertThat(SerializedForm.of(handle).value(UploadHandle.class)).isEqualTo(handle);
  }

  @ParameterizedTest
  @EnumSource
  void aCommitMessageIsSmallAndArrivesWhole(Serializer serializer) {
    BlockCommitMessage message = new BlockCommitMessage(19_999, true);
    BlockCommitMessage copy = serializer.roundTrip(message, BlockCommitMessage.class, 200);
    assertThat(copy.blockId()).isEqualTo(19_999);
    assertThat(copy.written()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aWriteByPrimaryKeyTravelsWithItsSecretsAndShowsNone(Serializer serializer) {
    Connection connection =
        Connection.of(
            Map.of(
                "endpoint", "http://127.0.0.1:1/api",
                "project", "p",
                "accessId", "me",
                "accessKey", "to-hide"),
            Set.of());
    TableSchema schema =
        TableSchema.of(Column.of("id", "bigint").notNull(), Column.of("v", "decimal(10,2)"));
    TableInfo info =
        new TableInfo(
            new TableName("p", null, "t"),
            schema,
            "MANAGED_TABLE",
            "",
            "",
            List.of("id"),
            true,
            -1,
            -1,
            -1,
            16,
            null,
            null);
    UpsertSettings settings = UpsertSettings.of(Map.of("writeMode", "upsert"), true);
    StructType rows = StructType.fromDDL("v DECIMAL(10,2), ID BIGINT");
    UpsertHandle handle = new UpsertHandle("p", null, "t", null, "id", "http://h");
    UpsertWriterFactory factory =
        new UpsertWriterFactory(new UpsertJob(connection, info, false, settings, rows), handle);

    UpsertWriterFactory copy = serializer.roundTrip(factory, UpsertWriterFactory.class, 4_000);

    assertThat(copy).hasToString(factory.toString()).usingRecursiveComparison().isEqualTo(factory);
    assertThat(copy.toString()).contains("p.t").doesNotContain("to-hide");
    UpsertJob job = new UpsertJob(connection, info, false, settings, rows);
    assertThat(job.matched().keys()).containsExactly(1);
    assertThat(job.settings()).isEqualTo(settings);
  }

  @ParameterizedTest
  @EnumSource
  void theSessionsOfATaskArrive(Serializer serializer) {
    UpsertHandle handle = new UpsertHandle("p", "s", "t", "ds=1", "id", "http://h");
    UpsertCommitMessage message = new UpsertCommitMessage(7, List.of(handle, handle));
    UpsertCommitMessage copy = serializer.roundTrip(message, UpsertCommitMessage.class, 1_200);
    assertThat(copy.rows()).isEqualTo(7);
    assertThat(copy.sessions()).containsExactly(handle, handle);
  }

  @ParameterizedTest
  @EnumSource
  void theEndOfTheSessionArrives(Serializer serializer) throws Exception {
    SessionLife life = serializer.roundTrip(new SessionLife("s1", OPENED), SessionLife.class, 300);
    life.requireTimeLeft(Instant.parse("2026-01-01T23:59:59.999Z"));
    assertThatThrownBy(() -> life.requireTimeLeft(Instant.parse("2026-01-02T00:00:00Z")))
        .hasMessageStartingWith("Upload session s1 is older than 24 hours");
  }
}
