package io.tunnel.jdbc;

import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One server in memory for all integration tests of this JVM; each test has tables of its own. */
final class LocalServer {
  static final String PROJECT = "demo";
  static final String ACCESS_ID = "tester";
  static final String ACCESS_KEY = "secret+/%=";

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final LocalTunnel SERVER = start();

  private LocalServer() {}

  private static LocalTunnel start() {
    try {
      return LocalTunnel.start(
          LocalTunnelConfig.builder().project(PROJECT).account(ACCESS_ID, ACCESS_KEY).build());
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  static int port() {
    return SERVER.endpoint().getPort();
  }

  static String url() {
    return "jdbc:tunnel://127.0.0.1:" + port() + "/" + PROJECT;
  }

  static Connection connect() throws SQLException {
    return connect("");
  }

  /** Connects with options such as {@code ?fetchSize=10}. */
  static Connection connect(String options) throws SQLException {
    return DriverManager.getConnection(url() + options, ACCESS_ID, ACCESS_KEY);
  }

  /** Creates a table of a fresh name and returns the name. */
  static String table(Connection connection, String definition) throws SQLException {
    String name = "t" + NUMBER.incrementAndGet();
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("CREATE TABLE " + name + " " + definition);
    }
    return name;
  }
}
