package io.tunnel.server;

import static io.tunnel.server.ErrorCases.EMPTY_BLOCK;
import static io.tunnel.server.ErrorCases.INSTANCES;
import static io.tunnel.server.ErrorCases.NOW;
import static io.tunnel.server.ErrorCases.TABLE;
import static io.tunnel.server.ErrorCases.block;
import static io.tunnel.server.ErrorCases.config;
import static io.tunnel.server.ErrorCases.job;
import static io.tunnel.server.ErrorCases.limits;
import static io.tunnel.server.ErrorCases.put;
import static io.tunnel.server.ErrorCases.withTables;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.limit.RateLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Errors of a server that is busy, full, broken or closing. */
final class ServerErrors {
  private final ErrorCases cases;

  private ServerErrors(ErrorCases cases) {
    this.cases = cases;
  }

  static void addTo(ErrorCases cases) {
    ServerErrors all = new ServerErrors(cases);
    all.quotas();
    all.failures();
  }

  private void quotas() {
    int any = Integer.MAX_VALUE;
    cases.add(
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
    cases.add(
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

  private void failures() {
    cases.add(
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
    cases.add(
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
    cases.add(
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
}
