package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConnectionIT {
  /** Runs for hours and needs hardly any memory. */
  private static final String ENDLESS =
      "SELECT max(a.id + b.id - c.id * d.id) FROM big a CROSS JOIN big b CROSS JOIN big c"
          + " CROSS JOIN big d";

  @Test
  void theDriverIsFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Driver.class).stream().map(p -> p.type().getName()))
        .contains("io.tunnel.jdbc.TunnelDriver");
  }

  @Test
  void connectingWithMistakesGivesOneClearSqlException() throws Exception {
    SqlFailure secret =
        SqlFailure.of(
            () -> DriverManager.getConnection(LocalServer.url(), LocalServer.ACCESS_ID, "wrong"));
    assertThat(secret.state()).isEqualTo("28000");
    assertThat(secret.type()).isEqualTo(SQLInvalidAuthorizationSpecException.class);
    assertThat(secret.message()).doesNotContain("wrong");
    SqlFailure project =
        SqlFailure.of(
            () ->
                DriverManager.getConnection(
                    LocalServer.url().replace("/demo", "/nowhere"),
                    LocalServer.ACCESS_ID,
                    LocalServer.ACCESS_KEY));
    assertThat(project.state()).isEqualTo("3D000");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String nobody =
        "jdbc:tunnel://127.0.0.1:" + port + "/demo?connectTimeout=2s&password=hush&user=u";
    SqlFailure unreachable = SqlFailure.of(() -> DriverManager.getConnection(nobody));
    assertThat(unreachable.state()).isEqualTo("08001");
    assertThat(unreachable.message()).doesNotContain("hush");
    SqlFailure host =
        SqlFailure.of(() -> DriverManager.getConnection("jdbc:tunnel://no-such-host.invalid/demo"));
    assertThat(host.state()).isEqualTo("08001");
    SqlFailure option =
        SqlFailure.of(() -> DriverManager.getConnection(LocalServer.url() + "?fetchsiz=5"));
    assertThat(option.state()).isEqualTo("08001");
    assertThat(option.message()).contains("fetchsiz", "fetchSize");
  }

  @Test
  void isValidAsksTheService() throws SQLException {
    Connection connection = LocalServer.connect();
    assertThat(connection.isValid(5)).isTrue();
    Thread.currentThread().interrupt();
    assertThat(connection.isValid(5)).isTrue();
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> connection.isValid(-1)).isInstanceOf(SQLException.class);
    connection.close();
    assertThat(connection.isValid(5)).isFalse();
  }

  @Test
  void isValidIsFalseInTimeWhenNobodyAnswers() throws Exception {
    // Accepts connections and never answers after the first request.
    try (SilentProxy proxy = new SilentProxy(LocalServer.port());
        Connection connection =
            DriverManager.getConnection(
                "jdbc:tunnel://127.0.0.1:" + proxy.port() + "/demo",
                LocalServer.ACCESS_ID,
                LocalServer.ACCESS_KEY)) {
      assertThat(connection.isValid(5)).isTrue();
      proxy.fallSilent();
      long start = System.nanoTime();
      assertThat(connection.isValid(1)).isFalse();
      assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(5);
    }
  }

  @Test
  void aPoolWorksAndEndsWithWrongCredentials() throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(LocalServer.url());
    config.setUsername(LocalServer.ACCESS_ID);
    config.setPassword(LocalServer.ACCESS_KEY);
    config.setMaximumPoolSize(3);
    config.setReadOnly(true);
    config.setAutoCommit(false);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setCatalog("demo");
    config.setKeepaliveTime(30_000);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      for (int i = 0; i < 20; i++) {
        try (Connection connection = pool.getConnection();
            Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("SELECT " + i)) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt(1)).isEqualTo(i);
        }
      }
    }
    config.setPassword("wrong");
    config.setInitializationFailTimeout(1);
    assertThatThrownBy(() -> new HikariDataSource(config).close())
        .isInstanceOf(HikariPool.PoolInitializationException.class);
  }

  @Test
  void aDataSourceConnects() throws SQLException {
    TunnelDataSource source = new TunnelDataSource(LocalServer.url());
    source.setUser(LocalServer.ACCESS_ID);
    source.setPassword(LocalServer.ACCESS_KEY);
    source.setProperty("fetchSize", "17");
    source.setLoginTimeout(5);
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(statement.getFetchSize()).isEqualTo(17);
    }
    try (Connection connection =
        source.getConnection(LocalServer.ACCESS_ID, LocalServer.ACCESS_KEY)) {
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @Test
  void settingsThatPoolsChangeAreKept() throws SQLException {
    try (Connection connection = LocalServer.connect("?readTimeout=100s")) {
      connection.setReadOnly(true);
      assertThat(connection.isReadOnly()).isTrue();
      connection.setNetworkTimeout(Runnable::run, 20_000);
      assertThat(connection.getNetworkTimeout()).isEqualTo(20_000);
      assertThat(connection.isValid(5)).isTrue();
      assertThat(connection.getCatalog()).isEqualTo("demo");
      assertThat(connection.getSchema()).isNull();
      connection.setCatalog("elsewhere");
      assertThat(connection.getCatalog()).isEqualTo("elsewhere");
      assertThat(connection.isValid(5)).isFalse();
      connection.setCatalog("demo");
      assertThat(connection.isValid(5)).isTrue();
      connection.setSchema("default");
      assertThat(connection.getSchema()).isEqualTo("default");
      connection.setSchema(null);
      connection.setClientInfo("ApplicationName", "test");
      assertThat(connection.getClientInfo("ApplicationName")).isEqualTo("test");
      assertThat((Object) connection.getWarnings()).isNull();
      assertThat(connection.nativeSQL("SELECT 1")).isEqualTo("SELECT 1");
      assertThat(connection.toString()).doesNotContain(LocalServer.ACCESS_KEY);
    }
  }

  @Test
  void memoryDatabasesAreSharedByNameAndGoWithTheLastConnection() throws SQLException {
    String url = "jdbc:tunnel:mem:shared?project=demo";
    try (Connection one = DriverManager.getConnection(url)) {
      try (Statement statement = one.createStatement()) {
        statement.executeUpdate("CREATE TABLE kept (a INT)");
      }
      try (Connection two = DriverManager.getConnection(url);
          PreparedStatement insert = two.prepareStatement("INSERT INTO kept VALUES (?)")) {
        insert.setInt(1, 5);
        insert.addBatch();
        insert.executeBatch();
      }
      try (Statement statement = one.createStatement();
          ResultSet rows = statement.executeQuery("SELECT a FROM kept")) {
        assertThat(rows.next()).isTrue();
      }
    }
    try (Connection again = DriverManager.getConnection(url);
        Statement statement = again.createStatement()) {
      assertThat(SqlFailure.of(() -> statement.executeQuery("SELECT a FROM kept")).state())
          .isEqualTo("42S02");
    }
  }

  @Test
  void localDatabasesAreKeptOnDisk(@TempDir Path directory) throws SQLException {
    String url = "jdbc:tunnel:local:" + directory.resolve("data") + "?project=demo";
    for (int round = 0; round < 2; round++) {
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.executeUpdate("CREATE TABLE IF NOT EXISTS kept (a INT)");
        statement.executeUpdate("INSERT INTO kept VALUES (" + round + ")");
        assertThat(
                SqlFailure.of(
                        () -> DriverManager.getConnection(url.replace("demo", "other")).close())
                    .message())
            .contains("project demo");
        try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM kept")) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt(1)).isEqualTo(round + 1);
        }
      }
    }
  }

  private static Connection withBigTable() throws SQLException {
    Connection connection = LocalServer.connect();
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("DROP TABLE IF EXISTS big");
      statement.executeUpdate("CREATE TABLE big (id BIGINT)");
    }
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO big VALUES (?)")) {
      for (int i = 0; i < 5_000; i++) {
        insert.setInt(1, i);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    return connection;
  }

  @Test
  void aQueryTimeoutEndsTheStatementAndTheConnectionStaysUsable() throws SQLException {
    try (Connection connection = withBigTable();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      long start = System.nanoTime();
      SqlFailure failure = SqlFailure.of(() -> statement.executeQuery(ENDLESS));
      assertThat(failure.type()).isEqualTo(SQLTimeoutException.class);
      assertThat(failure.state()).isEqualTo("HYT00");
      assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(15);
      statement.setQueryTimeout(0);
      try (ResultSet rows = statement.executeQuery("SELECT 1")) {
        assertThat(rows.next()).isTrue();
      }
    }
  }

  @Test
  void cancelReachesTheRunningStatementAndOnlyThatOne() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Connection connection = withBigTable();
        Statement statement = connection.createStatement();
        Statement other = connection.createStatement()) {
      CountDownLatch started = new CountDownLatch(1);
      Future<SqlFailure> running =
          threads.submit(
              () -> {
                started.countDown();
                return SqlFailure.of(() -> statement.executeQuery(ENDLESS));
              });
      started.await();
      SqlFailure failure = null;
      while (failure == null) {
        // Repeated, because the first one may come before the statement has begun.
        statement.cancel();
        try {
          failure = running.get(100, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          assertThat(running.isDone()).isFalse();
        }
      }
      assertThat(failure.state()).isEqualTo("57014");
      try (ResultSet rows = other.executeQuery("SELECT 1");
          ResultSet same = statement.executeQuery("SELECT 2")) {
        assertThat(rows.next()).isTrue();
        assertThat(same.next()).isTrue();
      }
      statement.cancel();
      try (ResultSet rows = statement.executeQuery("SELECT 3")) {
        assertThat(rows.next()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBatchToAServiceThatFellSilentEndsByTimeoutOrCancel(Ending ending) throws Exception {
    String table;
    try (Connection direct = LocalServer.connect()) {
      table = LocalServer.table(direct, "(id BIGINT)");
    }
    try (SilentProxy proxy = new SilentProxy(LocalServer.port());
        Connection connection =
            DriverManager.getConnection(
                "jdbc:tunnel://127.0.0.1:"
                    + proxy.port()
                    + "/demo?tunnelEndpoint=http://127.0.0.1:"
                    + proxy.port(),
                LocalServer.ACCESS_ID,
                LocalServer.ACCESS_KEY);
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO " + table + " VALUES (?)")) {
      for (int i = 0; i < 3; i++) {
        insert.setInt(1, i);
        insert.addBatch();
      }
      proxy.fallSilent();
      SqlFailure failure = ending.of(insert, insert::executeBatch);
      assertThat(failure.type()).isEqualTo(BatchUpdateException.class);
      assertThat(failure.state()).isEqualTo(ending.state);
      assertThat(((BatchUpdateException) failure.exception()).getUpdateCounts())
          .hasSize(3)
          .containsOnly(Statement.EXECUTE_FAILED);
    }
    try (Connection direct = LocalServer.connect();
        Statement statement = direct.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isZero();
    }
  }

  @Test
  void manyExecutionsLeaveNoThreads() throws SQLException {
    try (Connection connection = LocalServer.connect();
        PreparedStatement query = connection.prepareStatement("SELECT ?")) {
      execute(query, 20);
      long before = threadsOfTheDriver();
      execute(query, 300);
      assertThat(threadsOfTheDriver()).isLessThanOrEqualTo(before);
    }
  }

  private static void execute(PreparedStatement query, int times) throws SQLException {
    for (int i = 0; i < times; i++) {
      query.setInt(1, i);
      try (ResultSet rows = query.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(i);
      }
    }
  }

  /** Threads that are not the server's, which lives in the same JVM. */
  private static long threadsOfTheDriver() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("tunnel-jdbc") || name.startsWith("tunnel-block"))
        .count();
  }
}
