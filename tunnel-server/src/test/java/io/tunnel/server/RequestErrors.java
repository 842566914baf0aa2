package io.tunnel.server;

import static io.tunnel.server.ErrorCases.BLOCK_BYTES;
import static io.tunnel.server.ErrorCases.EMPTY_BLOCK;
import static io.tunnel.server.ErrorCases.INSTANCES;
import static io.tunnel.server.ErrorCases.NOW;
import static io.tunnel.server.ErrorCases.PARTITIONED;
import static io.tunnel.server.ErrorCases.TABLE;
import static io.tunnel.server.ErrorCases.block;
import static io.tunnel.server.ErrorCases.config;
import static io.tunnel.server.ErrorCases.instance;
import static io.tunnel.server.ErrorCases.limits;
import static io.tunnel.server.ErrorCases.put;
import static io.tunnel.server.ErrorCases.raw;
import static io.tunnel.server.ErrorCases.status;
import static io.tunnel.server.ErrorCases.withTables;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tunnel.server.auth.Right;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.limit.RateLimits;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** Errors of requests that are wrong in themselves: sender, parameters, bodies. */
final class RequestErrors {
  private final ErrorCases cases;

  private RequestErrors(ErrorCases cases) {
    this.cases = cases;
  }

  static void addTo(ErrorCases cases) {
    RequestErrors all = new RequestErrors(cases);
    all.identity();
    all.requests();
    all.bodies();
  }

  private void identity() {
    cases.add(
        ServiceError.ACCESS_DENIED,
        403,
        "AccessDenied",
        "reading only",
        signed(
            e ->
                e.call(
                    "POST", INSTANCES, "<Instance/>".getBytes(UTF_8), "x-odps-bearer-token", "x")));
    cases.add(
        ServiceError.NO_PERMISSION,
        403,
        "NoPermission",
        "Access Denied - You have NO privilege",
        signed(e -> call(e, "POST", TABLE + "?uploads", "READER", "secret-2", NOW)));
    cases.add(
        ServiceError.UNAUTHORIZED,
        401,
        "Unauthorized",
        "no Authorization header",
        signed(e -> e.call("GET", TABLE)));
    cases.add(
        ServiceError.SIGNATURE_NOT_MATCH,
        403,
        "SignatureNotMatch",
        "ODPS-0410042:Invalid signature value",
        signed(e -> get(e, "ID1", "wrong", NOW)));
    cases.add(
        ServiceError.INVALID_CREDENTIALS,
        403, // the specification leaves it open; with 401 the official SDK loses the message
        "InvalidParameter",
        "ODPS-0410051:Invalid credentials - accessId not found",
        signed(e -> get(e, "ID2", "secret-1", NOW)));
    cases.add(
        ServiceError.REQUEST_TIME_TOO_SKEWED,
        403,
        "RequestTimeTooSkewd",
        "ODPS-0410031:Authentication request expired - the expire time interval  exceeds the max"
            + " limitation: 900000, max_interval_date:900000,expire_date:2026-01-01T11:44:59Z,"
            + "now_date:2026-01-01T12:00:00Z",
        signed(e -> get(e, "ID1", "secret-1", NOW.minus(Duration.ofSeconds(901)))));
  }

  /** A server with an account. */
  private static ErrorCases.Trigger signed(ErrorCases.Trigger calls) {
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
    cases.add(
        ServiceError.INVALID_ARGUMENT,
        400,
        "InvalidArgument",
        "\"Running\"",
        e -> e.document("PUT", instance(e, "SELECT 1 AS one"), status("Running")));
    cases.add(
        ServiceError.INVALID_PARAMETER,
        400,
        "InvalidParameter",
        "block_version=x",
        e -> put(e, block(e.upload("t"), 0) + "&block_version=x", EMPTY_BLOCK));
    cases.add(
        ServiceError.INVALID_URI,
        400,
        "InvalidURI",
        "\"%zz\"",
        e -> raw(e, e.head("GET", "/projects/demo?a=%zz") + "\n"));
    cases.add(
        ServiceError.INVALID_PROJECT_TABLE,
        400,
        "InvalidProjectTable",
        "\"t-1\"",
        e -> e.call("POST", "/projects/demo/tables/t-1?uploads"));
    cases.add(
        ServiceError.INVALID_PARTITION_SPEC,
        400,
        "InvalidPartitionSpec",
        "not partitioned",
        e -> e.call("POST", TABLE + "?uploads&partition=ds%3D1"));
    cases.add(
        ServiceError.MISSING_PARTITION_SPEC,
        400,
        "MissingPartitionSpec",
        "demo.p",
        e -> e.call("POST", PARTITIONED + "?downloads"));
    cases.add(
        ServiceError.INVALID_COLUMN_SPEC,
        400,
        "InvalidColumnSpec",
        "\"nope\"",
        e -> e.call("GET", TABLE + "?data&downloadid=" + e.download("t") + "&columns=id,nope"));
    cases.add(
        ServiceError.INVALID_ROW_RANGE,
        400,
        "InvalidRowRange",
        "(5,1)",
        e ->
            e.call("GET", TABLE + "?data&downloadid=" + e.download("t") + "&rowrange=%285%2C1%29"));
    cases.add(
        ServiceError.INVALID_BLOCK_ID,
        400,
        "InvalidBlockID",
        "20000 must lie between 0 and 19999",
        e -> put(e, block(e.upload("t"), 20_000), EMPTY_BLOCK));
    cases.add(
        ServiceError.INVALID_RESOURCE_SPEC,
        400,
        "InvalidResourceSpec",
        "belongs to demo.t",
        e -> e.call("GET", PARTITIONED + "?uploadid=" + e.upload("t")));
    cases.add(
        ServiceError.MALFORMED_HEADER_VALUE,
        400,
        "MalformedHeaderValue",
        "bzip2",
        e -> e.call("PUT", block(e.upload("t"), 0), EMPTY_BLOCK, "Content-Encoding", "bzip2"));
    cases.add(
        ServiceError.METHOD_NOT_ALLOWED,
        405,
        "MethodNotAllowed",
        "is a view",
        e -> {
          e.server().sql("CREATE OR REPLACE VIEW v AS SELECT * FROM t");
          return e.call("POST", "/projects/demo/tables/v?downloads");
        });
    cases.add(
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
    cases.add(
        ServiceError.MALFORMED_DATA_STREAM,
        400,
        "MalformedDataStream",
        "body",
        e -> put(e, block(e.upload("t"), 0), new byte[] {0, 0, 0, 9, 1, 2}));
    cases.add(
        ServiceError.CORRUPTED_DATA_STREAM,
        400,
        "CorruptedDataStream",
        "checksum",
        e -> {
          byte[] body = UploadSessionTest.rows(e.server(), "x", 1, 2);
          body[body.length - 1] ^= 1;
          return put(e, block(e.upload("t"), 0), body);
        });
    cases.add(
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
    cases.add(
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
    cases.add(
        ServiceError.MISSING_CONTENT_LENGTH,
        400,
        "MissingContentLength",
        "Content-Length or Transfer-Encoding",
        e -> raw(e, e.head("PUT", block(e.upload("t"), 0)) + "\n"));
    cases.add(
        ServiceError.MALFORMED_XML,
        400,
        "MalformedXML",
        "XML",
        e -> e.document("POST", INSTANCES, "<Instance><Job>"));
    cases.add(
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
}
