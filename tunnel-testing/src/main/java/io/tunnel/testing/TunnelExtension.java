package io.tunnel.testing;

import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import io.tunnel.server.control.RecordedRequest;
import io.tunnel.server.control.ServerControl;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A local tunnel server for the tests of a class:
 *
 * <pre>{@code
 * @RegisterExtension static final TunnelExtension tunnel = TunnelExtension.inMemory();
 * }</pre>
 *
 * <p>In a static field, or named in {@code @ExtendWith}, one server is started for the class, and
 * every test finds it empty: no tables, no faults, no records, the clock of the machine. Tables
 * that are made before all tests are gone before the first one; make them before each. In an
 * instance field every test has a server of its own. A test that fails prints the last requests
 * that the server has seen to the standard error stream. Everything ends with the tests.
 *
 * <p>Parameters of the types {@link TunnelExtension}, {@link LocalTunnel} and {@link ServerControl}
 * are filled in. Tests that share a server must not run at the same time.
 */
public final class TunnelExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {
  /** How many requests a failed test prints at most. */
  private static final int PRINTED_REQUESTS = 30;

  private final LocalTunnelConfig config;
  private final PrintStream failures;
  private @Nullable LocalTunnel server;
  private @Nullable String owner;

  /** As {@link #inMemory()}, for {@code @ExtendWith}. */
  public TunnelExtension() {
    this(LocalTunnelConfig.builder().anonymous(true));
  }

  private TunnelExtension(LocalTunnelConfig.Builder builder) {
    this(builder, System.err);
  }

  TunnelExtension(LocalTunnelConfig.Builder builder, PrintStream failures) {
    this.config = builder.control().build();
    this.failures = failures;
  }

  /** A server in memory with the project {@code local}, open to everybody on this machine. */
  public static TunnelExtension inMemory() {
    return new TunnelExtension();
  }

  /**
   * A server with these settings and, whatever they say about it, with its control.
   *
   * @throws IllegalArgumentException if the settings are impossible
   */
  public static TunnelExtension of(LocalTunnelConfig.Builder builder) {
    return new TunnelExtension(builder);
  }

  /** The server. */
  public LocalTunnel server() {
    LocalTunnel running = server;
    if (running == null) {
      throw new IllegalStateException(
          "No server runs outside of tests: is the field with the TunnelExtension annotated with"
              + " @RegisterExtension?");
    }
    return running;
  }

  /** The service endpoint, for example {@code http://127.0.0.1:4711/api}. */
  public URI endpoint() {
    return server().endpoint();
  }

  /** The project that exists; the first one if there are several. */
  public String project() {
    return config.projects().get(0);
  }

  /** The address for the JDBC driver of Tunnel. */
  public String jdbcUrl() {
    return "jdbc:tunnel://" + endpoint().getAuthority() + "/" + project();
  }

  /** Faults, the clock and the last requests. */
  public ServerControl control() {
    return server().control();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    // A class within a test class comes here too and shares the server of the outer one.
    if (server == null) {
      start(context);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    if (server == null) {
      start(context);
    } else {
      control().resetWithTables();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    context.getExecutionException().ifPresent(failure -> print(context.getDisplayName()));
    stop(context);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    stop(context);
  }

  private void start(ExtensionContext context) throws IOException {
    server = LocalTunnel.start(config);
    owner = context.getUniqueId();
  }

  private void stop(ExtensionContext context) throws IOException {
    LocalTunnel running = server;
    if (running != null && context.getUniqueId().equals(owner)) {
      server = null;
      owner = null;
      running.close();
    }
  }

  private void print(String test) {
    List<RecordedRequest> requests = control().requests();
    List<RecordedRequest> last =
        requests.subList(Math.max(0, requests.size() - PRINTED_REQUESTS), requests.size());
    StringBuilder text = new StringBuilder(test).append(" failed. ");
    if (last.isEmpty()) {
      text.append("The tunnel server was asked nothing.");
    } else {
      text.append("The last ").append(last.size()).append(" requests to the tunnel server:");
      last.forEach(request -> text.append(System.lineSeparator()).append("  ").append(request));
    }
    failures.println(text);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TunnelExtension.class
        || type == LocalTunnel.class
        || type == ServerControl.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type == TunnelExtension.class) {
      return this;
    }
    return type == LocalTunnel.class ? server() : control();
  }
}
