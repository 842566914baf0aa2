package io.tunnel.server;

import static io.tunnel.server.ErrorCases.EMPTY_BLOCK;
import static io.tunnel.server.ErrorCases.INSTANCES;
import static io.tunnel.server.ErrorCases.PARTITIONED;
import static io.tunnel.server.ErrorCases.TABLE;
import static io.tunnel.server.ErrorCases.block;
import static io.tunnel.server.ErrorCases.config;
import static io.tunnel.server.ErrorCases.instance;
import static io.tunnel.server.ErrorCases.put;
import static io.tunnel.server.ErrorCases.status;
import static io.tunnel.server.ErrorCases.withTables;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.limit.RateLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Errors of requests for what is not there, or not in the state for it. */
final class StateErrors {
  private final ErrorCases cases;

  private StateErrors(ErrorCases cases) {
    this.cases = cases;
  }

  static void addTo(ErrorCases cases) {
    StateErrors all = new StateErrors(cases);
    all.absent();
    all.states();
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
    absent(
        ServiceError.UPSERT_SESSION_NOT_FOUND,
        "UpsertSessionNotFound",
        "nope",
        TABLE + "/upserts?upsertid=nope");
    absent(ServiceError.NO_SUCH_DOWNLOAD, "NoSuchDownload", "nope", TABLE + "?downloadid=nope");
    absent(ServiceError.NO_SUCH_INSTANCE, "NoSuchInstance", "nope", INSTANCES + "/nope");
    absent(ServiceError.NO_SUCH_OBJECT, "NoSuchObject", "nope", "/projects/demo/nope");
    cases.add(
        ServiceError.NO_SUCH_DATA, 404, "NoSuchData", "damaged", StateErrors::commitDamagedBlock);
  }

  private void absent(ServiceError error, String code, String message, String path) {
    cases.add(error, 404, code, message, e -> e.call("GET", path));
  }

  private void states() {
    cases.add(
        ServiceError.STATUS_CONFLICT,
        409,
        "StatusConflict",
        "is closed",
        e -> {
          String id = e.upload("t");
          e.server().commit("t", id, "");
          return put(e, block(id, 0), EMPTY_BLOCK);
        });
    cases.add(
        ServiceError.TABLE_MODIFIED,
        409,
        "TableModified",
        "The specified table has been modified since",
        e -> {
          String id = e.download("t");
          e.server().sql("TRUNCATE TABLE t");
          return e.call("GET", TABLE + "?data&downloadid=" + id);
        });
    cases.add(
        ServiceError.INVALID_STATE_SETTING,
        409,
        "InvalidStateSetting",
        "has terminated",
        e -> e.document("PUT", instance(e, "SELECT 1 AS one"), status("Terminated")));
    cases.add(
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
    cases.add(
        ServiceError.INSTANCE_TYPE_NOT_SUPPORTED,
        400,
        "InstanceTypeNotSupported",
        "Non select query not supported",
        e ->
            e.call("POST", instance(e, "CREATE TABLE IF NOT EXISTS t (id BIGINT)") + "?downloads"));
    cases.add(
        ServiceError.ODPS_TASK_TIMEOUT,
        409,
        "OdpsTaskTimeout",
        "Wait for cache data timeout",
        StateErrors::readWhatStillRuns);
    cases.add(
        ServiceError.TASK_FAILED,
        400,
        "TaskFailed",
        "nope",
        e -> e.call("POST", instance(e, "SELECT * FROM nope") + "?downloads"));
  }

  /** Rows without a session are waited for, but not longer than connections endure. */
  private static RawConnection.Answer readWhatStillRuns(Endpoint endpoint) throws IOException {
    try (TestServer server =
        withTables(config(ErrorCases.limits(Duration.ofMillis(500), RateLimits.NONE)))) {
      ReentrantLock lock = server.storage().catalog().lock("demo", "default", "t");
      lock.lock();
      String id;
      RawConnection.Answer answer;
      try {
        id = server.submit("INSERT INTO t VALUES (1, 'waits')");
        answer = endpoint.on(server).call("GET", INSTANCES + "/" + id + "?data&cached");
      } finally {
        lock.unlock();
      }
      server.await(id);
      return answer;
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
}
