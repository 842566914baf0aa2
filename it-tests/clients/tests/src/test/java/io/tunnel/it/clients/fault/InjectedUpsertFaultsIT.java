package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.it.clients.OurClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.session.UpsertOptions;
import io.tunnel.protocol.session.UpsertSession;
import io.tunnel.protocol.session.UpsertWriter;
import io.tunnel.server.LocalTunnelConfig;
import io.tunnel.server.Operation;
import io.tunnel.server.ServerLimits;
import io.tunnel.server.control.Calls;
import io.tunnel.server.control.Fault;
import io.tunnel.server.control.FaultRule;
import io.tunnel.server.control.RecordedRequest;
import io.tunnel.server.control.ServerControl;
import io.tunnel.server.limit.RateLimits;
import io.tunnel.testing.TunnelExtension;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Our upsert sessions against faults that the server makes itself, and against its limit of one
 * commit a minute. Client and server share one clock, which only moves when the client waits.
 */
class InjectedUpsertFaultsIT {
  private static final int ROWS = 10;

  /** Of the service's rates the one for commits of upsert sessions. */
  private static final RateLimits ONE_COMMIT =
      new RateLimits(
          RateLimits.NONE.uploadSessions(),
          RateLimits.NONE.blocks(),
          RateLimits.NONE.activeUploads(),
          RateLimits.NONE.commits(),
          RateLimits.NONE.downloadSessions(),
          RateLimits.NONE.resultDownloads(),
          RateLimits.NONE.slots(),
          RateLimits.NONE.bytesPerSecond(),
          1,
          false);

  @RegisterExtension
  static final TunnelExtension tunnel =
      TunnelExtension.of(
          LocalTunnelConfig.builder()
              .anonymous(true)
              .limits(ServerLimits.DEFAULT.withRates(ONE_COMMIT))
              .project(OurClient.PROJECT));

  /** How a call can go wrong once without telling the client whether it was done. */
  private static final List<Fault> ONCE =
      List.of(
          Fault.refuse(500, "InternalServerError"),
          Fault.refuse(502, "BadGateway"),
          Fault.refuse(504, "GatewayTimeout"),
          Fault.refuse(429, "SlotExceeded"),
          Fault.refuse(308, "SlotReassigned"),
          Fault.loseAnswer(),
          Fault.cutRequest(10),
          Fault.cutAnswer(1));

  private final List<Duration> waits = new CopyOnWriteArrayList<>();
  private ServerControl control;
  private OurClient client;

  @BeforeEach
  void start() throws IOException {
    control = tunnel.control();
    control.clock().freezeAt(Instant.parse("2026-06-01T00:00:00Z"));
    client =
        new OurClient(
            TunnelConfig.builder(tunnel.endpoint(), OurClient.PROJECT)
                .retryTimeout(Duration.ofMinutes(2))
                .build(),
            control.clock(),
            wait -> {
              waits.add(wait);
              control.clock().advance(wait);
            });
    client.sql(
        "CREATE TABLE t (id BIGINT, v STRING, PRIMARY KEY (id)) TBLPROPERTIES"
            + " (\"transactional\"=\"true\", \"write.bucket.num\"=\"1\")");
    waits.clear();
  }

  @AfterEach
  void stop() {
    client.close();
  }

  /** Two flushes, the second of which replaces rows of the first. */
  private void upsert(String text) throws IOException {
    try (UpsertSession session =
            client.client().createUpsert(OurClient.table("t"), UpsertOptions.defaults());
        UpsertWriter writer = session.openWriter()) {
      write(session, writer, rows("not " + text));
      writer.flush();
      write(session, writer, rows(text));
      writer.flush();
      session.commit();
    }
  }

  private void write(UpsertSession session, UpsertWriter writer, List<List<Object>> rows)
      throws IOException {
    try (VectorSchemaRoot batch = client.batch(session.schema(), rows)) {
      writer.write(batch, UpsertOperation.UPSERT);
    }
  }

  private static List<List<Object>> rows(String text) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(List.of(String.valueOf(i), text));
    }
    return rows;
  }

  @Test
  @Tag("covers:upsert-put/duplicates")
  @Tag("covers:upsert-put/slot-reassignment")
  @Tag("covers:upsert-commit/again")
  void whicheverCallFailsInWhicheverWayTheRowsAreThereOnce() throws IOException {
    upsert("first");
    // Only the first session of a client asks where the data service is.
    control.clock().advance(Duration.ofMinutes(1));
    control.clearRequests();
    upsert("second");
    int calls = control.requests().size();
    assertThat(calls).as("create, two packs and the commit").isEqualTo(4);
    for (Fault fault : ONCE) {
      for (int call = 0; call < calls; call++) {
        control.clock().advance(Duration.ofMinutes(1));
        FaultRule rule = control.fail(Calls.any().after(call), fault);
        String text = fault + " at call " + call;
        upsert(text);
        assertThat(rule.happened()).as(text).isEqualTo(1);
        control.clearFaults();
        assertThat(OurClient.ordered(client.download("t", null))).as(text).isEqualTo(rows(text));
      }
    }
  }

  @Test
  @Tag("covers:upsert-commit/rate-limit")
  void aCommitThatComesTooSoonWaitsForItsMinute() throws IOException {
    upsert("first");
    control.clock().advance(Duration.ofSeconds(40));
    waits.clear();
    control.clearRequests();
    upsert("second");
    assertThat(waits).containsExactly(Duration.ofSeconds(20));
    assertThat(control.requests(Operation.COMMIT_UPSERT))
        .extracting(RecordedRequest::status)
        .containsExactly(429, 200);
    assertThat(OurClient.ordered(client.download("t", null))).isEqualTo(rows("second"));
  }
}
