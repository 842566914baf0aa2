package io.tunnel.server;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.limit.RateLimits;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How each error is brought about by a client. Status, code and message are those of the
 * specification; where it leaves the message to the server, the message must name what was wrong.
 */
final class ErrorCases {
  /** Something that ends with an error answer. */
  interface Trigger {
    RawConnection.Answer bringAbout(Endpoint endpoint) throws Exception;
  }

  /**
   * An error and the answer to expect.
   *
   * @param message a part of the message
   */
  record Case(ServiceError error, int status, String code, String message, Trigger trigger) {
    @Override
    public String toString() {
      return error.name();
    }
  }

  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  static final String TABLE = "/projects/demo/tables/t";
  static final String PARTITIONED = "/projects/demo/tables/p";
  static final String INSTANCES = "/projects/demo/instances";
  static final byte[] EMPTY_BLOCK = new byte[4];
  static final int BLOCK_BYTES = 50_000;

  private final List<Case> cases = new ArrayList<>();

  private ErrorCases() {}

  /** The server for the cases that need no special one. */
  static TestServer server() throws IOException {
    return withTables(config(limits(Duration.ofMinutes(2), RateLimits.NONE)));
  }

  static LocalTunnelConfig.Builder config(ServerLimits limits) {
    return LocalTunnelConfig.builder().anonymous(true).clock(() -> NOW).limits(limits);
  }

  static ServerLimits limits(Duration idleTime, RateLimits rates) {
    ServerLimits base = ServerLimits.DEFAULT;
    return new ServerLimits(
        base.sessionLife(),
        base.blocks(),
        BLOCK_BYTES,
        base.fieldBytes(),
        base.clockSkew(),
        idleTime,
        base.keptInstances(),
        rates);
  }

  static TestServer withTables(LocalTunnelConfig.Builder config) throws IOException {
    TestServer server = TestServer.start(config);
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)");
    return server;
  }

  static List<Case> all() {
    ErrorCases all = new ErrorCases();
    RequestErrors.addTo(all);
    StateErrors.addTo(all);
    ServerErrors.addTo(all);
    return all.cases;
  }

  void add(ServiceError error, int status, String code, String message, Trigger trigger) {
    cases.add(new Case(error, status, code, message, trigger));
  }

  static String block(String upload, int id) {
    return TABLE + "?arrow&uploadid=" + upload + "&blockid=" + id;
  }

  static RawConnection.Answer put(Endpoint e, String path, byte[] body) throws IOException {
    return e.call("PUT", path, body);
  }

  static RawConnection.Answer raw(Endpoint e, String request) throws IOException {
    try (RawConnection connection = new RawConnection(e.server().endpoint())) {
      return connection.send(request).answer();
    }
  }

  /** The path of an instance that has ended. */
  static String instance(Endpoint e, String sql) throws IOException {
    String id = e.server().submit(sql);
    e.server().await(id);
    return INSTANCES + "/" + id;
  }

  static String status(String word) {
    return "<Instance><Status>" + word + "</Status></Instance>";
  }

  static String job(String sql) {
    return "<Instance><Job><Tasks><SQL><Name>t</Name><Query>"
        + sql
        + "</Query></SQL></Tasks></Job></Instance>";
  }
}
