package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;

class SpoolPropertyTest {
  private final SegmentPool pool = new SegmentPool();
  private final SpoolFiles files = new SpoolFiles();

  SpoolPropertyTest() {
    // From here on files are used again: what an earlier block left in them must never show.
    files.senderBegins();
  }

  @AfterProperty
  void closeFiles() throws IOException {
    files.close();
    assertThat(openFiles()).noneMatch(name -> name.contains("tunnel-block-"));
  }

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
    Spool spool = new Spool(pool, files, memory);
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

  @Property(tries = 100)
  void whoIsGivenUpWhileHeAppendsLeavesNoFileAndNoSegmentInTwoHands(
      @ForAll @IntRange(max = 2000) int head, @ForAll @IntRange(max = 400_000) int memory)
      throws IOException, InterruptedException {
    SegmentPool segments = new SegmentPool();
    Spool spool = new Spool(segments, new SpoolFiles(), memory);
    Thread appender =
        new Thread(
            () -> {
              byte[] piece = new byte[500_000];
              try {
                while (true) {
                  spool.write(piece, 0, piece.length);
                }
              } catch (IOException expected) {
                assertThat(expected).hasMessageContaining("does not take data any more");
              }
            });
    appender.start();
    while (spool.length() < head * 1000L) {
      Thread.onSpinWait();
    }
    spool.abandon();
    spool.release();
    appender.join();

    Set<byte[]> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 100; i++) {
      assertThat(taken.add(segments.take())).isTrue();
    }
    assertThat(openFiles()).noneMatch(name -> name.contains("tunnel-block-"));
  }

  /** The open files of this process, where the system tells. */
  private static List<String> openFiles() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(descriptors)) {
      try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
        for (Path link : links) {
          if (Files.isSymbolicLink(link)) {
            names.add(Files.readSymbolicLink(link).toString());
          }
        }
      }
    }
    return names;
  }
}
