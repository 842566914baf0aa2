package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.it.clients.OurClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A block far larger than any buffer: off-heap memory stays flat. */
class LargeBlockIT {
  private static final long MEBIBYTE = 1 << 20;
  private static final long LIMIT = 64 * MEBIBYTE;
  private static final long BODY = 400 * MEBIBYTE;

  @Test
  void offHeapMemoryStaysFlatWhateverTheSizeOfTheBlock() throws Exception {
    // The server drops what it has checked, so that the test needs no room on the disk for rows.
    try (LocalTunnel server =
            LocalTunnel.start(
                LocalTunnelConfig.builder()
                    .project(OurClient.PROJECT)
                    .anonymous(true)
                    .discardBodies(true)
                    .build());
        OurClient client =
            new OurClient(TunnelConfig.builder(server.endpoint(), OurClient.PROJECT).build());
        BufferAllocator writers = new RootAllocator()) {
      client.sql("CREATE TABLE t (id BIGINT, v STRING)");
      UploadSession session =
          client.client().createUpload(OurClient.table("t"), UploadOptions.append());
      long before = directMemory();
      long peak = 0;
      try (VectorSchemaRoot batch = client.batch(session, rows());
          BlockWriter writer = session.openBlock(0, writers)) {
        while (writer.encodedBytes() < BODY) {
          writer.write(batch);
          peak = Math.max(peak, directMemory() - before);
        }
        writer.finish();
      }
      assertThat(writers.getPeakMemoryAllocation() + peak)
          .as("Arrow and direct buffers, those of the server in this JVM included")
          .isLessThan(LIMIT);
      session.commit(Set.of(0));
    }
  }

  private static List<List<@Nullable Object>> rows() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    String text = "a text of some length, of which there are many ".repeat(4);
    for (int i = 0; i < 5000; i++) {
      rows.add(List.of(String.valueOf(i), text));
    }
    return rows;
  }

  private static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
