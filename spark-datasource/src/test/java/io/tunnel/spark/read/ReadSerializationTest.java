package io.tunnel.spark.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.session.DownloadHandle;
import io.tunnel.spark.Serializer;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.SerializedForm;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadSerializationTest {
  @ParameterizedTest
  @EnumSource
  void theFactoryArrivesWithItsSecretsAndShowsNone(Serializer serializer) {
    Connection connection =
        Connection.of(
            Map.of(
                "endpoint", "http://127.0.0.1:1/api",
                "project", "p",
                "accessId", "me",
                "accessKey", "to-hide"),
            Set.of());
    TunnelReaderFactory factory = new TunnelReaderFactory(connection, new String[] {"a", "ds"});
    TunnelReaderFactory copy = serializer.roundTrip(factory, TunnelReaderFactory.class, 1_000);
    assertThat(copy).usingRecursiveComparison().isEqualTo(factory);
    assertThat(copy.toString()).contains("accessId=me").doesNotContain("to-hide");
  }

  @ParameterizedTest
  @EnumSource
  void aRangeOfRowsArrives(Serializer serializer) {
    DownloadHandle handle =
        new DownloadHandle("p", null, "t", "ds=1", null, "id", "http://h", "{}", 1L << 41, true);
    RowRange range = new RowRange(SerializedForm.of(handle), new String[] {"1", "中"}, 7, 1L << 40);
    RowRange copy = serializer.roundTrip(range, RowRange.class, 2_000);
    assertThat(copy.session()).isEqualTo(handle);
    assertThat(copy.partitionValue(1)).isEqualTo("中");
    assertThat(copy.firstRow()).isEqualTo(7);
    assertThat(copy.rows()).isEqualTo(1L << 40);
  }
}
