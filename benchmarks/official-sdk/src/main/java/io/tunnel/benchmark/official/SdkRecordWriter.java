package io.tunnel.benchmark.official;

import com.aliyun.odps.data.ArrayRecord;
import com.aliyun.odps.data.RecordWriter;
import com.aliyun.odps.tunnel.TableTunnel;
import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Participant;
import io.tunnel.benchmark.dataset.ParticipantLoop;
import io.tunnel.benchmark.dataset.RowObjects;
import io.tunnel.benchmark.dataset.Values;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Map;

/** The official SDK's record writer: one reused record, one thread, uncompressed. */
public final class SdkRecordWriter implements Participant {
  private static final int WARM = RowObjects.WARM_ROWS - 1;

  private Dataset data;
  private Setter[] setters;
  private SdkSession session;
  private int blocks;

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    ParticipantLoop.serve(new SdkRecordWriter());
  }

  @Override
  public void prepare(Dataset data, Map<String, String> settings) {
    this.data = data;
    RowObjects objects = RowObjects.warm(data);
    this.session = new SdkSession(settings);
    this.blocks = Integer.parseInt(settings.get("blocks"));
    this.setters = new Setter[data.columns().size()];
    for (int i = 0; i < setters.length; i++) {
      setters[i] = setter(i, data.columns().get(i), objects.column(i));
    }
  }

  @Override
  public long run() throws Exception {
    TableTunnel.UploadSession upload = session.create();
    Long[] ids = new Long[blocks];
    for (int block = 0; block < blocks; block++) {
      ids[block] = (long) block;
      int from = (int) ((long) data.rows() * block / blocks);
      int to = (int) ((long) data.rows() * (block + 1) / blocks);
      try (RecordWriter writer = upload.openRecordWriter(block)) {
        ArrayRecord record = (ArrayRecord) upload.newRecord();
        for (int row = from; row < to; row++) {
          for (Setter setter : setters) {
            setter.set(record, row);
          }
          writer.write(record);
        }
      }
    }
    upload.commit(ids);
    return -1;
  }

  /** What sets one value; chosen once, so that the benchmark itself costs next to nothing. */
  @FunctionalInterface
  private interface Setter {
    void set(ArrayRecord record, int row);
  }

  private static Setter setter(int i, Dataset.Column column, Object[] objects) {
    if (column.type().equals("BIGINT")) {
      long[] values = ((Values.Longs) column.values()).values();
      return (record, row) -> record.setBigint(i, values[row]);
    }
    if (column.type().equals("INT")) {
      int[] values = ((Values.Ints) column.values()).values();
      return (record, row) -> record.setInt(i, values[row]);
    }
    if (column.type().equals("STRING")) {
      return (record, row) -> record.setString(i, (String) objects[row & WARM]);
    }
    if (column.type().equals("DATE")) {
      // The SDK's own class for DATE; java.sql.Date would be converted with a calendar on the way.
      LocalDate[] dates = new LocalDate[objects.length];
      for (int row = 0; row < dates.length; row++) {
        dates[row] = ((java.sql.Date) objects[row]).toLocalDate();
      }
      return (record, row) -> record.setDateAsLocalDate(i, dates[row & WARM]);
    }
    if (column.type().equals("DATETIME")) {
      return (record, row) -> record.setDatetime(i, (java.sql.Timestamp) objects[row & WARM]);
    }
    return (record, row) -> record.setDecimal(i, (BigDecimal) objects[row & WARM]);
  }
}
