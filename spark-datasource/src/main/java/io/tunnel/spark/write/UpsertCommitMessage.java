package io.tunnel.spark.write;

import io.tunnel.protocol.session.UpsertHandle;
import io.tunnel.spark.connection.SerializedForm;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * What a task that wrote by primary key tells the driver. A plain class, because Spark may send it
 * with Kryo, which cannot restore records.
 */
final class UpsertCommitMessage implements WriterCommitMessage {
  private static final long serialVersionUID = 1;

  private final long rows;
  private final SerializedForm<UpsertHandle>[] sessions;

  /**
   * @param rows how many rows the task has sent
   * @param sessions those that the task has begun, one for each of its partitions
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of generic types.
  UpsertCommitMessage(long rows, List<UpsertHandle> sessions) {
    this.rows = rows;
    this.sessions =
        sessions.stream().map(SerializedForm::of).toArray(count -> new SerializedForm[count]);
  }

  long rows() {
    return rows;
  }

  List<UpsertHandle> sessions() {
    return Arrays.stream(sessions).map(form -> form.value(UpsertHandle.class)).toList();
  }

  @Override
  public String toString() {
    return rows + " rows, " + sessions.length + " sessions";
  }
}
