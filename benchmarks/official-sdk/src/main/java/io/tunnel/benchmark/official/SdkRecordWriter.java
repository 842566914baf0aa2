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
import java.util.List;
import java.util.Map;

/** The official SDK's record writer: one reused record, one thread, uncompressed. */
public final class SdkRecordWriter implements Participant {
  private Dataset data;
  private RowObjects objects;
  private LocalDate[][] dates;
  private SdkSession session;
  private int blocks;

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    ParticipantLoop.serve(new SdkRecordWriter());
  }

  @Override
  public void prepare(Dataset data, Map<String, String> settings) {
    this.data = data;
    this.objects = RowObjects.of(data);
    this.session = new SdkSession(settings);
    this.blocks = Integer.parseInt(settings.get("blocks"));
    // The SDK's own class for DATE; java.sql.Date would be converted with a calendar on the way.
    this.dates = new LocalDate[data.columns().size()][];
    for (int i = 0; i < dates.length; i++) {
      if (data.columns().get(i).type().equals("DATE")) {
        dates[i] = new LocalDate[data.rows()];
        for (int row = 0; row < data.rows(); row++) {
          dates[i][row] = ((java.sql.Date) objects.get(i, row)).toLocalDate();
        }
      }
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
          fill(record, row);
          writer.write(record);
        }
      }
    }
    upload.commit(ids);
    return -1;
  }

  private void fill(ArrayRecord record, int row) {
    List<Dataset.Column> columns = data.columns();
    for (int i = 0; i < columns.size(); i++) {
      Dataset.Column column = columns.get(i);
      switch (column.type().charAt(0)) {
        case 'B' -> record.setBigint(i, ((Values.Longs) column.values()).values()[row]);
        case 'I' -> record.setInt(i, ((Values.Ints) column.values()).values()[row]);
        case 'S' -> record.setString(i, (String) objects.get(i, row));
        default -> {
          if (dates[i] != null) {
            record.setDateAsLocalDate(i, dates[i][row]);
          } else if (column.type().equals("DATETIME")) {
            record.setDatetime(i, (java.sql.Timestamp) objects.get(i, row));
          } else {
            record.setDecimal(i, (BigDecimal) objects.get(i, row));
          }
        }
      }
    }
  }
}
