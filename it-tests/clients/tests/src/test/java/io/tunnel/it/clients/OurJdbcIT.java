package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.clients.EveryType.Samples;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.server.LocalTunnel;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Our JDBC driver beside the official SDK: each reads what the other has written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OurJdbcIT {
  private LocalTunnel server;
  private DrivenProgram sdk;
  private Connection connection;

  @BeforeAll
  void start() throws Exception {
    server = LocalServer.inMemory();
    sdk = OfficialClients.sdk(server.endpoint());
    connection = connect(server.endpoint(), OfficialClients.SECRET);
  }

  @AfterAll
  void stop() throws Exception {
    connection.close();
    sdk.close();
    server.close();
  }

  private static Connection connect(URI endpoint, String secret) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("accessId", OfficialClients.ACCESS_ID);
    properties.setProperty("accessKey", secret);
    return DriverManager.getConnection(
        "jdbc:tunnel:" + endpoint + "?project=" + OfficialClients.PROJECT, properties);
  }

  @Test
  @DisplayName(
      "regular-tunnel 5: every type written by our batches is read by the official SDK and by us")
  @Tag("client:official-sdk")
  void everyTypeWrittenByOurBatchesIsReadByTheOfficialSdkAndByUs() throws Exception {
    List<Samples> columns = EveryType.columns();
    create("our_batches", columns);
    List<List<@Nullable Object>> rows = Rows.numbered(EveryType.rows(columns), 0);
    String marks = columns.stream().map(column -> "?").collect(Collectors.joining(", "));
    List<MaxComputeType> types = types(columns);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO our_batches VALUES (?, " + marks + ")")) {
      for (List<@Nullable Object> row : rows) {
        for (int i = 0; i < row.size(); i++) {
          insert.setObject(i + 1, JdbcValues.toJava(connection, row.get(i), types.get(i)));
        }
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(rows.size()).containsOnly(1);
    }
    assertThat(
            Rows.differences(
                columns, Rows.of(sdk.ask("readRecords", Map.of("table", "our_batches"))), rows))
        .isEmpty();
    assertThat(
            Rows.differences(
                columns, Rows.of(sdk.ask("readArrow", Map.of("table", "our_batches"))), rows))
        .isEmpty();
    assertThat(Rows.differences(columns, query("SELECT * FROM our_batches", types), rows))
        .isEmpty();
  }

  @Test
  @DisplayName("control-plane 5.2: every type written by the official SDK is read by our queries")
  @Tag("client:official-sdk")
  void everyTypeWrittenByTheOfficialSdkIsReadByOurQueries() throws Exception {
    List<Samples> columns = EveryType.columns();
    create("official_rows", columns);
    List<List<@Nullable Object>> rows = Rows.numbered(EveryType.rows(columns), 0);
    uploadByTheSdk("official_rows", rows);
    assertThat(
            Rows.differences(columns, query("SELECT * FROM official_rows", types(columns)), rows))
        .isEmpty();
  }

  @Test
  void aWrongSecretIsAnInvalidAuthorization() {
    assertThatThrownBy(
            () -> {
              try (Connection stranger = connect(server.endpoint(), "guessed")) {
                stranger.createStatement().executeQuery("SELECT 1");
              }
            })
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("28"))
        .hasMessageNotContaining("guessed");
  }

  @Test
  void anUnreachableHostIsAConnectionFailure() {
    assertThatThrownBy(
            () -> {
              // The discard port: nobody listens there.
              try (Connection nobody =
                  connect(URI.create("http://127.0.0.1:9/api"), OfficialClients.SECRET)) {
                nobody.createStatement().executeQuery("SELECT 1");
              }
            })
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"))
        .hasMessageContaining("127.0.0.1:9");
  }

  @Test
  void aTableDroppedInMidWriteFailsTheCommitAndLeavesNothing() throws Exception {
    try (Connection writer = connect(server.endpoint(), OfficialClients.SECRET);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE dropped (id BIGINT)");
      writer.setAutoCommit(false);
      try (PreparedStatement insert = writer.prepareStatement("INSERT INTO dropped VALUES (?)")) {
        insert.setLong(1, 1);
        insert.addBatch();
        insert.executeBatch();
        statement.execute("DROP TABLE dropped");
        assertThatThrownBy(writer::commit)
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("dropped");
        statement.execute("CREATE TABLE dropped (id BIGINT)");
        assertThat(query("SELECT * FROM dropped", List.of(MaxComputeType.parse("BIGINT"))))
            .isEmpty();
      }
    }
  }

  @Test
  void aRowThatDoesNotFitNamesColumnRowAndValueAndNothingIsWritten() throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE strict_t (id BIGINT NOT NULL, amount DECIMAL(5,2), code VARCHAR(3))");
    }
    assertRefused("2", "amount", List.of(List.of("1", "1.00", "a"), List.of("2", "12345.00", "b")));
    assertRefused("2", "code", List.of(List.of("1", "1.00", "a"), List.of("2", "1.00", "abcd")));
    assertThat(
            query("SELECT id FROM strict_t WHERE id >= 0", List.of(MaxComputeType.parse("BIGINT"))))
        .isEmpty();
  }

  private void assertRefused(String row, String column, List<List<String>> rows)
      throws SQLException {
    List<MaxComputeType> types =
        List.of(
            MaxComputeType.parse("BIGINT"),
            MaxComputeType.parse("DECIMAL(5,2)"),
            MaxComputeType.parse("VARCHAR(3)"));
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO strict_t VALUES (?, ?, ?)")) {
      assertThatThrownBy(
              () -> {
                for (List<String> cells : rows) {
                  for (int i = 0; i < cells.size(); i++) {
                    insert.setObject(
                        i + 1, JdbcValues.toJava(connection, cells.get(i), types.get(i)));
                  }
                  insert.addBatch();
                }
                insert.executeBatch();
              })
          .isInstanceOf(SQLException.class)
          .hasMessageContaining(column)
          .hasMessageContaining(row);
    }
  }

  private void create(String table, List<Samples> columns) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE " + table + " (id BIGINT, " + EveryType.definitions(columns) + ")");
    }
  }

  private void uploadByTheSdk(String table, List<List<@Nullable Object>> rows) throws Exception {
    String upload = String.valueOf(sdk.ask("createUpload", Map.of("table", table)).get("upload"));
    sdk.call("writeRecords", Map.of("upload", upload, "block", 0, "rows", rows));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
  }

  private static List<MaxComputeType> types(List<Samples> columns) {
    List<MaxComputeType> types = new ArrayList<>();
    types.add(MaxComputeType.parse("BIGINT"));
    columns.forEach(column -> types.add(MaxComputeType.parse(column.type())));
    return types;
  }

  private List<List<@Nullable Object>> query(String sql, List<MaxComputeType> types)
      throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(JdbcValues.row(result, types));
      }
    }
    return Rows.ordered(rows);
  }
}
