package io.tunnel.spark.write;

import io.tunnel.protocol.session.UploadHandle;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.SerializedForm;
import io.tunnel.spark.connection.SessionSchema;
import java.time.InstantSource;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** All that travels from the driver to a writing task. Shows no secret. */
final class TunnelWriterFactory implements DataWriterFactory {
  private static final long serialVersionUID = 1;

  private final Connection connection;
  private final SerializedForm<UploadHandle> handle;
  private final SessionLife life;
  private final String rowsJson;
  private final int maxFieldBytes;

  TunnelWriterFactory(
      Connection connection,
      SerializedForm<UploadHandle> handle,
      SessionLife life,
      String rowsJson,
      int maxFieldBytes) {
    this.connection = connection;
    this.handle = handle;
    this.life = life;
    this.rowsJson = rowsJson;
    this.maxFieldBytes = maxFieldBytes;
  }

  @Override
  public DataWriter<InternalRow> createWriter(int partitionId, long taskId) {
    UploadHandle session = handle.value(UploadHandle.class);
    return TunnelDataWriter.open(
        new TunnelDataWriter.Block(
            connection,
            session,
            life,
            partitionId,
            SessionSchema.of(session.schemaJson()),
            rows(),
            maxFieldBytes),
        CommitPermission.ofSpark(),
        InstantSource.system());
  }

  private StructType rows() {
    return (StructType) DataType.fromJson(rowsJson);
  }

  @Override
  public String toString() {
    return "TunnelWriterFactory(" + connection + ")";
  }
}
