package io.tunnel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.auth.Right;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.limit.RateLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

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

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final String TABLE = "/projects/demo/tables/t";
  private static final String PARTITIONED = "/projects/demo/tables/p";
  private static final String INSTANCES = "/projects/demo/instances";
  private static final byte[] EMPTY_BLOCK = new byte[4];
  private static final int BLOCK_BYTES = 50_000;

  private final List<Case> cases = new ArrayList<>();

  private ErrorCases() {}

  /** The server for the cases that need no special one. */
  static TestServer server() throws IOException {
    return withTables(config(limits(Duration.ofMinutes(2), RateLimits.NONE)));
  }

  private static LocalTunnelConfig.Builder config(ServerLimits limits) {
    return LocalTunnelConfig.builder().anonymous(true).clock(() -> NOW).limits(limits);
  }

  private static ServerLimits limits(Duration idleTime, RateLimits rates) {
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

  private static TestServer withTables(LocalTunnelConfig.Builder config) throws IOException {
    TestServer server = TestServer.start(config);
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)");
    return server;
  }

  static List<Case> all() {
    ErrorCases all = new ErrorCases();
    all.identity();
    all.requests();
    all.bodies();
    all.absent();
    all.states();
    all.limits();
    all.server503And500();
    return all.cases;
  }

  private void add(ServiceError error, int status, String code, String message, Trigger trigger) {
    cases.add(new Case(error, status, code, message, trigger));
  }

  private void identity() {
    add(
        ServiceError.ACCESS_DENIED,
        403,
        "AccessDenied",
        "reading only",
        signed(
            e ->
                e.call(
                    "POST", INSTANCES, "<Instance/>".getBytes(UTF_8), "x-odps-bearer-token", "x")));
    add(
        ServiceError.NO_PERMISSION,
        403,
        "NoPermission",
        "Access Denied - You have NO privilege",
        signed(e -> call(e, "POST", TABLE + "?uploads", "READER", "secret-2", NOW)));
    add(
        ServiceError.UNAUTHORIZED,
        401,
        "Unauthorized",
        "no Authorization header",
        signed(e -> e.call("GET", TABLE)));
    add(
        ServiceError.SIGNATURE_NOT_MATCH,
        403,
        "SignatureNotMatch",
        "ODPS-0410042:Invalid signature value",
        signed(e -> get(e, "ID1", "wrong", NOW)));
    add(
        ServiceError.INVALID_CREDENTIALS,
        403, // the specification leaves it open; with 401 the official SDK loses the message
        "InvalidParameter",
        "ODPS-0410051:Invalid credentials - accessId not found",
        signed(e -> get(e, "ID2", "secret-1", NOW)));
    add(
        ServiceError.REQUEST_TIME_TOO_SKEWED,
        403,
        "RequestTimeTooSkewd",
        "ODPS-0410031:Authentication request expired - the expire time interval  exceeds the max"
            + " limitation: 900000, max_interval_date:900000,expire_date:2026-01-01T11:44:59Z,"
            + "now_date:2026-01-01T12:00:00Z",
        signed(e -> get(e, "ID1", "secret-1", NOW.minus(Duration.ofSeconds(901)))));
  }

  /** A server with an account. */
  private static Trigger signed(Trigger calls) {
    return endpoint -> {
      try (TestServer server =
          TestServer.start(
              LocalTunnelConfig.builder()
                  .account("ID1", "secret-1")
                  .account("READER", "secret-2", Map.of("demo", Right.READ))
                  .clock(() -> NOW))) {
        return calls.bringAbout(endpoint.on(server));
      }
    };
  }

  private static RawConnection.Answer get(Endpoint e, String id, String secret, Instant date)
      throws IOException {
    return call(e, "GET", TABLE, id, secret, date);
  }

  private static RawConnection.Answer call(
      Endpoint e, String method, String path, String id, String secret, Instant date)
      throws IOException {
    SignedCalls calls = new SignedCalls(e.server(), id, secret, InstantSource.fixed(date));
    return Endpoint.answer(calls.send(e.prefix(), method, path, null));
  }

  private void requests() {
    add(
        ServiceError.INVALID_ARGUMENT,
        400,
        "InvalidArgument",
        "\"Running\"",
        e -> e.document("PUT", instance(e, "SELECT 1 AS one"), status("Running")));
    add(
        ServiceError.INVALID_PARAMETER,
        400,
        "InvalidParameter",
        "block_version=x",
        e -> put(e, block(e.upload("t"), 0) + "&block_version=x", EMPTY_BLOCK));
    add(
        ServiceError.INVALID_URI,
        400,
        "InvalidURI",
        "\"%zz\"",
        e -> raw(e, e.head("GET", "/projects/demo?a=%zz") + "\n"));
    add(
        ServiceError.INVALID_PROJECT_TABLE,
        400,
        "InvalidProjectTable",
        "\"t-1\"",
        e -> e.call("POST", "/projects/demo/tables/t-1?uploads"));
    add(
        ServiceError.INVALID_PARTITION_SPEC,
        400,
        "InvalidPartitionSpec",
        "not partitioned",
        e -> e.call("POST", TABLE + "?uploads&partition=ds%3D1"));
    add(
        ServiceError.MISSING_PARTITION_SPEC,
        400,
        "MissingPartitionSpec",
        "demo.p",
        e -> e.call("POST", PARTITIONED + "?downloads"));
    add(
        ServiceError.INVALID_COLUMN_SPEC,
        400,
        "InvalidColumnSpec",
        "\"nope\"",
        e -> e.call("GET", TABLE + "?data&downloadid=" + e.download("t") + "&columns=id,nope"));
    add(
        ServiceError.INVALID_ROW_RANGE,
        400,
        "InvalidRowRange",
        "(5,1)",
        e ->
            e.call("GET", TABLE + "?data&downloadid=" + e.download("t") + "&rowrange=%285%2C1%29"));
    add(
        ServiceError.INVALID_BLOCK_ID,
        400,
        "InvalidBlockID",
        "20000 must lie between 0 and 19999",
        e -> put(e, block(e.upload("t"), 20_000), EMPTY_BLOCK));
    add(
        ServiceError.INVALID_RESOURCE_SPEC,
        400,
        "InvalidResourceSpec",
        "belongs to demo.t",
        e -> e.call("GET", PARTITIONED + "?uploadid=" + e.upload("t")));
    add(
        ServiceError.MALFORMED_HEADER_VALUE,
        400,
        "MalformedHeaderValue",
        "bzip2",
        e -> e.call("PUT", block(e.upload("t"), 0), EMPTY_BLOCK, "Content-Encoding", "bzip2"));
    add(
        ServiceError.METHOD_NOT_ALLOWED,
        405,
        "MethodNotAllowed",
        "is a view",
        e -> {
          e.server().sql("CREATE OR REPLACE VIEW v AS SELECT * FROM t");
          return e.call("POST", "/projects/demo/tables/v?downloads");
        });
    add(
        ServiceError.NOT_IMPLEMENTED,
        422,
        "NotImplemented",
        "not of Graph",
        e ->
            e.document(
                "POST",
                INSTANCES,
                "<Instance><Job><Tasks><Graph><Name>g</Name></Graph></Tasks></Job></Instance>"));
  }

  private void bodies() {
    add(
        ServiceError.MALFORMED_DATA_STREAM,
        400,
        "MalformedDataStream",
        "body",
        e -> put(e, block(e.upload("t"), 0), new byte[] {0, 0, 0, 9, 1, 2}));
    add(
        ServiceError.CORRUPTED_DATA_STREAM,
        400,
        "CorruptedDataStream",
        "checksum",
        e -> {
          byte[] body = UploadSessionTest.rows(e.server(), "x", 1, 2);
          body[body.length - 1] ^= 1;
          return put(e, block(e.upload("t"), 0), body);
        });
    add(
        ServiceError.INCOMPLETE_BODY,
        400,
        "IncompleteBody",
        "broke off",
        e -> {
          String head = e.head("PUT", block(e.upload("t"), 0)) + "Content-Length: 4\n\n";
          try (RawConnection connection = new RawConnection(e.server().endpoint())) {
            return connection.send(head).send(new byte[2]).endOutput().answer();
          }
        });
    add(
        ServiceError.REQUEST_TIME_OUT,
        400,
        "RequestTimeOut",
        "too long",
        e -> {
          try (TestServer impatient =
              withTables(config(limits(Duration.ofMillis(300), RateLimits.NONE)))) {
            Endpoint other = e.on(impatient);
            return raw(
                other, other.head("PUT", block(other.upload("t"), 0)) + "Content-Length: 4\n\n");
          }
        });
    add(
        ServiceError.MISSING_CONTENT_LENGTH,
        400,
        "MissingContentLength",
        "Content-Length or Transfer-Encoding",
        e -> raw(e, e.head("PUT", block(e.upload("t"), 0)) + "\n"));
    add(
        ServiceError.MALFORMED_XML,
        400,
        "MalformedXML",
        "XML",
        e -> e.document("POST", INSTANCES, "<Instance><Job>"));
    add(
        ServiceError.MAX_MESSAGE_LENGTH_EXCEEDED,
        400,
        "MaxMessageLengthExceeded",
        "more than " + BLOCK_BYTES + " bytes",
        e ->
            put(
                e,
                block(e.upload("t"), 0),
                UploadSessionTest.rows(e.server(), "x".repeat(BLOCK_BYTES), 1)));
  }

  private void absent() {
    absent(
        ServiceError.NO_SUCH_PROJECT,
        "NoSuchProject",
        "ODPS-0420095:The project nope does not exist",
        "/projects/nope");
    absent(ServiceError.NO_SUCH_SCHEMA, "NoSuchSchema", "nope", "/projects/demo/schemas/nope");
    absent(
        ServiceError.NO_SUCH_TABLE,
        "NoSuchTable",
        "ODPS-0130131:Table not found - table demo.nope cannot be resolved",
        "/projects/demo/tables/nope");
    absent(
        ServiceError.NO_SUCH_PARTITION,
        "NoSuchPartition",
        "demo.p has no partition ds=1",
        PARTITIONED + "?partition=ds%3D1");
    absent(ServiceError.NO_SUCH_UPLOAD, "NoSuchUpload", "nope", TABLE + "?uploadid=nope");
    absent(ServiceError.NO_SUCH_DOWNLOAD, "NoSuchDownload", "nope", TABLE + "?downloadid=nope");
    absent(ServiceError.NO_SUCH_INSTANCE, "NoSuchInstance", "nope", INSTANCES + "/nope");
    absent(ServiceError.NO_SUCH_OBJECT, "NoSuchObject", "nope", "/projects/demo/nope");
    add(ServiceError.NO_SUCH_DATA, 404, "NoSuchData", "damaged", ErrorCases::commitDamagedBlock);
  }

  private void absent(ServiceError error, String code, String message, String path) {
    add(error, 404, code, message, e -> e.call("GET", path));
  }

  private void states() {
    add(
        ServiceError.STATUS_CONFLICT,
        409,
        "StatusConflict",
        "is closed",
        e -> {
          String id = e.upload("t");
          e.server().commit("t", id, "");
          return put(e, block(id, 0), EMPTY_BLOCK);
        });
    add(
        ServiceError.TABLE_MODIFIED,
        409,
        "TableModified",
        "The specified table has been modified since",
        e -> {
          String id = e.download("t");
          e.server().sql("TRUNCATE TABLE t");
          return e.call("GET", TABLE + "?data&downloadid=" + id);
        });
    add(
        ServiceError.INVALID_STATE_SETTING,
        409,
        "InvalidStateSetting",
        "has terminated",
        e -> e.document("PUT", instance(e, "SELECT 1 AS one"), status("Terminated")));
    add(
        ServiceError.INSTANCE_NOT_TERMINATE,
        409,
        "InstanceNotTerminate",
        "has not terminated",
        e -> {
          ReentrantLock lock = e.server().storage().catalog().lock("demo", "default", "t");
          lock.lock();
          String id;
          RawConnection.Answer answer;
          try {
            id = e.server().submit("INSERT INTO t VALUES (1, 'waits')");
            answer = e.call("POST", INSTANCES + "/" + id + "?downloads");
          } finally {
            lock.unlock();
          }
          e.server().await(id);
          return answer;
        });
    add(
        ServiceError.INSTANCE_TYPE_NOT_SUPPORTED,
        400,
        "InstanceTypeNotSupported",
        "Non select query not supported",
        e ->
            e.call("POST", instance(e, "CREATE TABLE IF NOT EXISTS t (id BIGINT)") + "?downloads"));
    add(
        ServiceError.TASK_FAILED,
        400,
        "TaskFailed",
        "nope",
        e -> e.call("POST", instance(e, "SELECT * FROM nope") + "?downloads"));
  }

  private void limits() {
    int any = Integer.MAX_VALUE;
    add(
        ServiceError.FLOW_EXCEEDED,
        429,
        "FlowExceeded",
        "Flow exceeded: 1 upload sessions created on demo.t within 300 s",
        e -> {
          RateLimits one = new RateLimits(1, any, any, any, any, any, any, any);
          try (TestServer limited = withTables(config(limits(Duration.ofMinutes(2), one)))) {
            e.on(limited).upload("t");
            return e.on(limited).call("POST", TABLE + "?uploads");
          }
        });
    add(
        ServiceError.SLOT_EXCEEDED,
        429,
        "SlotExceeded",
        "Your slot quota is exceeded: 1 slots in use of demo",
        e -> {
          RateLimits one = new RateLimits(any, any, any, any, any, any, 1, any);
          try (TestServer limited = withTables(config(limits(Duration.ofMinutes(2), one)))) {
            Endpoint other = e.on(limited);
            String id = other.upload("t");
            try (RawConnection writer = other.slowPut(block(id, 0))) {
              RawConnection.Answer answer = put(other, block(id, 1), EMPTY_BLOCK);
              writer.send(EMPTY_BLOCK).answer();
              return answer;
            }
          }
        });
  }

  private void server503And500() {
    add(
        ServiceError.DATA_STORE_ERROR,
        500,
        "DataStoreError",
        "more than 65536 bytes",
        e -> {
          StorageLimits small = new StorageLimits(512L << 20, 65_536, 1 << 20, 1 << 20);
          try (TestServer full = withTables(config(ServerLimits.DEFAULT).storage(small))) {
            byte[] body = UploadSessionTest.rows(full, "x".repeat(100_000), 1);
            return put(e.on(full), block(e.on(full).upload("t"), 0), body);
          }
        });
    add(
        ServiceError.INTERNAL_SERVER_ERROR,
        500,
        "InternalServerError",
        "the clock has stopped",
        e -> {
          StoppingClock clock = new StoppingClock();
          try (TestServer failing =
              withTables(LocalTunnelConfig.builder().anonymous(true).clock(clock))) {
            // The first reading is for the request id, the next for the session.
            clock.left = 1;
            RawConnection.Answer answer = e.on(failing).call("POST", TABLE + "?uploads");
            clock.left = Integer.MAX_VALUE;
            return answer;
          }
        });
    add(
        ServiceError.SERVICE_UNAVAILABLE,
        503,
        "ServiceUnavailable",
        "is closing",
        e -> {
          try (TestServer closing = withTables(config(ServerLimits.DEFAULT))) {
            // The first step of a close; the last one would take the connection away.
            closing.storage().interrupt();
            return e.on(closing).document("POST", INSTANCES, job("SELECT 1"));
          }
        });
  }

  /** A clock that fails when it has been read for its instant so many times. */
  private static final class StoppingClock implements InstantSource {
    private volatile int left = Integer.MAX_VALUE;

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one request at a time
    public Instant instant() {
      if (left == 0) {
        throw new IllegalStateException("the clock has stopped");
      }
      left--;
      return NOW;
    }

    @Override
    public long millis() {
      return NOW.toEpochMilli();
    }
  }

  /** What a restart finds wrong with a block makes its session unusable. */
  private static RawConnection.Answer commitDamagedBlock(Endpoint endpoint) throws IOException {
    Path directory = Files.createTempDirectory("tunnel-errors");
    try {
      LocalTunnelConfig.Builder config = config(ServerLimits.DEFAULT).dataDirectory(directory);
      String id;
      try (TestServer server = withTables(config)) {
        id = endpoint.on(server).upload("t");
        byte[] body = UploadSessionTest.rows(server, "x", 1, 2, 3);
        server.putBlock("t", id, 0, body, true, ContentCoding.NONE, "");
      }
      damage(directory.resolve("uploads").resolve(id));
      try (TestServer server = TestServer.start(config)) {
        return endpoint.on(server).call("POST", TABLE + "?uploadid=" + id);
      }
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void damage(Path session) throws IOException {
    try (Stream<Path> files = Files.list(session)) {
      Path block =
          files.filter(f -> f.getFileName().toString().startsWith("b0.")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(block);
      bytes[bytes.length - 20] ^= 1;
      Files.write(block, bytes);
    }
  }

  private static String block(String upload, int id) {
    return TABLE + "?arrow&uploadid=" + upload + "&blockid=" + id;
  }

  private static RawConnection.Answer put(Endpoint e, String path, byte[] body) throws IOException {
    return e.call("PUT", path, body);
  }

  private static RawConnection.Answer raw(Endpoint e, String request) throws IOException {
    try (RawConnection connection = new RawConnection(e.server().endpoint())) {
      return connection.send(request).answer();
    }
  }

  /** The path of an instance that has ended. */
  private static String instance(Endpoint e, String sql) throws IOException {
    String id = e.server().submit(sql);
    e.server().await(id);
    return INSTANCES + "/" + id;
  }

  private static String status(String word) {
    return "<Instance><Status>" + word + "</Status></Instance>";
  }

  private static String job(String sql) {
    return "<Instance><Job><Tasks><SQL><Name>t</Name><Query>"
        + sql
        + "</Query></SQL></Tasks></Job></Instance>";
  }
}
