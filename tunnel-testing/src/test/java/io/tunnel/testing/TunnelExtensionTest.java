package io.tunnel.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import io.tunnel.server.Operation;
import io.tunnel.server.control.Calls;
import io.tunnel.server.control.Fault;
import io.tunnel.server.control.ServerControl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs test classes with the extension as a build does, and looks at what has become of them. */
class TunnelExtensionTest {
  private static final List<URI> ENDPOINTS = new ArrayList<>();
  private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();

  @BeforeEach
  void forgetEarlierRuns() {
    ENDPOINTS.clear();
    PRINTED.reset();
  }

  private static TestExecutionSummary run(Class<?> tests) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    Launcher launcher = LauncherFactory.create();
    launcher.execute(
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build(), listener);
    return listener.getSummary();
  }

  private static void succeeded(TestExecutionSummary summary, long tests) {
    assertThat(summary.getFailures())
        .as("failures")
        .extracting(TestExecutionSummary.Failure::getException)
        .isEmpty();
    assertThat(summary.getTestsSucceededCount()).isEqualTo(tests);
  }

  private static void assertAllClosed() {
    assertThat(ENDPOINTS).isNotEmpty();
    for (URI endpoint : ENDPOINTS) {
      assertThatThrownBy(() -> new Socket(endpoint.getHost(), endpoint.getPort()).close())
          .isInstanceOf(ConnectException.class);
    }
  }

  private static Connection connect(TunnelExtension tunnel) throws SQLException {
    ENDPOINTS.add(tunnel.endpoint());
    return DriverManager.getConnection(tunnel.jdbcUrl());
  }

  private static List<String> tables(Connection connection) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet tables = connection.getMetaData().getTables(null, null, "%", null)) {
      while (tables.next()) {
        names.add(tables.getString("TABLE_NAME"));
      }
    }
    return names;
  }

  /** Leaves everything behind that a test can leave behind, after a look at what was there. */
  private static void useAndLeave(TunnelExtension tunnel) throws SQLException {
    assertThat(tunnel.control().requests()).isEmpty();
    assertThat(tunnel.control().faults()).isEmpty();
    assertThat(tunnel.control().clock().isFrozen()).isFalse();
    try (Connection connection = connect(tunnel);
        Statement statement = connection.createStatement()) {
      assertThat(tables(connection)).isEmpty();
      statement.execute("CREATE TABLE t (id BIGINT)");
      statement.executeUpdate("INSERT INTO t VALUES (1), (2)");
      try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM t")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getLong(1)).isEqualTo(2);
      }
    }
    tunnel.control().clock().advance(Duration.ofDays(2));
    tunnel.control().clock().freeze();
    tunnel.control().fail(Calls.any().always(), Fault.refuse(500, "InternalServerError"));
  }

  static class Shared {
    @RegisterExtension static final TunnelExtension tunnel = TunnelExtension.inMemory();

    @Test
    void first() throws SQLException {
      useAndLeave(tunnel);
    }

    @Test
    void second() throws SQLException {
      useAndLeave(tunnel);
    }

    @Nested
    class Inner {
      @Test
      void third() throws SQLException {
        useAndLeave(tunnel);
      }
    }

    @Nested
    class Other {
      @Test
      void fourth() throws SQLException {
        useAndLeave(tunnel);
      }
    }
  }

  @Test
  void oneServerOfAClassIsEmptyForEveryTestAndClosedInTheEnd() {
    succeeded(run(Shared.class), 4);
    assertThat(ENDPOINTS).hasSize(4);
    assertThat(ENDPOINTS.stream().distinct()).hasSize(1);
    assertAllClosed();
  }

  static class Separate {
    @RegisterExtension final TunnelExtension tunnel = TunnelExtension.inMemory();

    @Test
    void first() throws SQLException {
      useAndLeave(tunnel);
    }

    @Test
    void second() throws SQLException {
      useAndLeave(tunnel);
    }
  }

  @Test
  void inAnInstanceFieldEveryTestHasAServerOfItsOwn() {
    succeeded(run(Separate.class), 2);
    assertThat(ENDPOINTS.stream().distinct()).hasSize(2);
    assertAllClosed();
  }

  @ExtendWith(TunnelExtension.class)
  static class Injected {
    @Test
    void parameters(TunnelExtension tunnel, LocalTunnel server, ServerControl control) {
      ENDPOINTS.add(tunnel.endpoint());
      assertThat(tunnel.server()).isSameAs(server);
      assertThat(tunnel.control()).isSameAs(control).isSameAs(server.control());
      assertThat(tunnel.project()).isEqualTo("local");
      assertThat(tunnel.jdbcUrl())
          .isEqualTo("jdbc:tunnel://127.0.0.1:" + tunnel.endpoint().getPort() + "/local");
    }
  }

  @Test
  void parametersAreFilledIn() {
    succeeded(run(Injected.class), 1);
    assertAllClosed();
  }

  static class Failing {
    @RegisterExtension
    static final TunnelExtension tunnel =
        new TunnelExtension(
            LocalTunnelConfig.builder().anonymous(true).project("shop"),
            new PrintStream(PRINTED, true, UTF_8));

    @Test
    void passes() throws SQLException {
      try (Connection connection = connect(tunnel);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE passed (id BIGINT)");
      }
    }

    @Test
    void fails() throws SQLException {
      try (Connection connection = connect(tunnel);
          Statement statement = connection.createStatement()) {
        tunnel
            .control()
            .fail(Calls.of(Operation.SUBMIT).always(), Fault.refuse(403, "AccessDenied"));
        statement.execute("CREATE TABLE failed (id BIGINT)");
      }
    }
  }

  @Test
  void aTestThatFailsPrintsTheLastRequestsAndNoOtherDoes() {
    TestExecutionSummary summary = run(Failing.class);
    assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    assertThat(summary.getTestsFailedCount()).isEqualTo(1);
    assertThat(PRINTED.toString(UTF_8))
        .startsWith("fails() failed. The last ")
        .contains("POST /api/projects/shop/instances")
        .contains("-> 403 AccessDenied")
        .doesNotContain("passes()");
    assertAllClosed();
  }

  @Test
  void outsideOfTestsThereIsNoServer() throws IOException {
    TunnelExtension idle =
        TunnelExtension.of(LocalTunnelConfig.builder().anonymous(true).project("shop"));
    assertThat(idle.project()).isEqualTo("shop");
    assertThatThrownBy(idle::endpoint)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@RegisterExtension");
  }
}
