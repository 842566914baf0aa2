package io.tunnel.benchmark.official;

import io.tunnel.benchmark.dataset.JdbcBatches;
import io.tunnel.benchmark.dataset.ParticipantLoop;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Map;
import java.util.Properties;

/** The official driver's executeBatch; the driver commits when the statement is closed. */
public final class OfficialBatches {
  private OfficialBatches() {}

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    ParticipantLoop.serve(new JdbcBatches(OfficialBatches::connect, true));
  }

  private static Connection connect(Map<String, String> settings) throws Exception {
    Class.forName("com.aliyun.odps.jdbc.OdpsDriver");
    Properties properties = new Properties();
    properties.put("project_name", settings.get("project"));
    properties.put("access_id", settings.get("accessId"));
    properties.put("access_key", settings.get("accessKey"));
    return DriverManager.getConnection("jdbc:odps:" + settings.get("endpoint"), properties);
  }
}
