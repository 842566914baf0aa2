package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.JdbcBatches;
import io.tunnel.benchmark.dataset.ParticipantLoop;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/** Our driver's executeBatch; one commit per round, as the official driver does. */
final class OurBatches {
  private OurBatches() {}

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    ParticipantLoop.serve(new JdbcBatches(OurBatches::connect, false));
  }

  private static Connection connect(Map<String, String> settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("project", Objects.requireNonNull(settings.get("project")));
    properties.setProperty("accessId", Objects.requireNonNull(settings.get("accessId")));
    properties.setProperty("accessKey", Objects.requireNonNull(settings.get("accessKey")));
    return DriverManager.getConnection("jdbc:tunnel:" + settings.get("endpoint"), properties);
  }
}
