package io.tunnel.spark.write;

import io.tunnel.protocol.session.UpsertHandle;
import io.tunnel.spark.connection.SerializedForm;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.jspecify.annotations.Nullable;

/** All that travels from the driver to a task that writes by primary key. Shows no secret. */
final class UpsertWriterFactory implements DataWriterFactory {
  private static final long serialVersionUID = 1;

  private final UpsertJob job;
  private final @Nullable SerializedForm<UpsertHandle> shared;

  /**
   * @param shared the session that all tasks share; null if each task begins one for each of its
   *     partitions, or if there is nothing to delete
   */
  UpsertWriterFactory(UpsertJob job, @Nullable UpsertHandle shared) {
    this.job = job;
    this.shared = shared == null ? null : SerializedForm.of(shared);
  }

  @Override
  public DataWriter<InternalRow> createWriter(int partitionId, long taskId) {
    return UpsertDataWriter.open(
        job,
        shared == null ? null : shared.value(UpsertHandle.class),
        partitionId,
        CommitPermission.ofSpark());
  }

  @Override
  public String toString() {
    return "UpsertWriterFactory(" + job + ")";
  }
}
