package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SpoolPropertyTest {
  private final SegmentPool pool = new SegmentPool();

  /** Reads from the start to the end, however long that takes. */
  private static byte[] readAll(Spool spool) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[10_000];
    long position = 0;
    try {
      while (true) {
        int count = spool.copyTo(out, position, buffer, () -> {});
        if (count < 0) {
          return out.toByteArray();
        }
        position += count;
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Property(tries = 60)
  void everyReaderSeesAllBytesWhileTheyAreWrittenAndAfterwards(
      @ForAll @Size(max = 40) List<@IntRange(max = 300_000) Integer> pieces,
      @ForAll @IntRange(max = 1_000_000) int memory,
      @ForAll long seed)
      throws IOException, InterruptedException, ExecutionException {
    Spool spool = new Spool(pool, memory);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    CompletableFuture<byte[]> concurrent = CompletableFuture.supplyAsync(() -> readAll(spool));
    Random random = new Random(seed);
    for (int length : pieces) {
      byte[] piece = new byte[length];
      random.nextBytes(piece);
      spool.write(piece, 0, length);
      expected.write(piece, 0, length);
    }
    spool.seal();

    assertThat(spool.length()).isEqualTo(expected.size());
    assertThat(concurrent.get()).isEqualTo(expected.toByteArray());
    assertThat(readAll(spool)).isEqualTo(expected.toByteArray());
    spool.release();
    spool.release();
  }
}
