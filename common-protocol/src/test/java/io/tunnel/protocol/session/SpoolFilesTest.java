package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpoolFilesTest {
  private static final int LARGEST = 3 * SegmentPool.SEGMENT_BYTES;

  private final SpoolFiles files = new SpoolFiles(LARGEST);

  private static void fill(SpoolFile file, int segments, int value) throws IOException {
    byte[] segment = new byte[SegmentPool.SEGMENT_BYTES];
    Arrays.fill(segment, (byte) value);
    for (int i = 0; i < segments; i++) {
      file.append(segment);
    }
  }

  private static void requireClosed(SpoolFile file) {
    assertThatThrownBy(() -> file.append(new byte[1])).isInstanceOf(IOException.class);
  }

  @Test
  void aFileIsUsedAgainFromItsStart() throws IOException {
    files.senderBegins();
    SpoolFile file = files.take();
    fill(file, 3, 1);
    files.give(file);
    assertThat(files.take()).isSameAs(file);
    fill(file, 1, 2);
    byte[] read = new byte[1];
    file.read(0, read, 1);
    assertThat(read).containsExactly(2);
    assertThat(files.take()).isNotSameAs(file).satisfies(SpoolFile::close);
    file.close();
  }

  @Test
  void aFileThatIsTooLargeIsClosed() throws IOException {
    files.senderBegins();
    SpoolFile file = files.take();
    fill(file, 4, 1);
    files.give(file);
    requireClosed(file);
  }

  @Test
  void aFileThatCouldNotBeWrittenIsClosed() throws IOException {
    files.senderBegins();
    SpoolFile file = files.take();
    file.close();
    requireClosed(file);
    files.give(file);
    assertThat(files.take()).isNotSameAs(file).satisfies(SpoolFile::close);
  }

  @Test
  void fourFilesAreKeptAndNoMore() throws IOException {
    files.senderBegins();
    List<SpoolFile> taken = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      taken.add(files.take());
    }
    for (SpoolFile file : taken) {
      files.give(file);
    }
    requireClosed(taken.get(4));
    requireClosed(taken.get(5));
    for (int i = 3; i >= 0; i--) {
      assertThat(files.take()).isSameAs(taken.get(i));
      taken.get(i).close();
    }
  }

  @Test
  void nothingIsKeptWhenNobodySends() throws IOException {
    SpoolFile early = files.take();
    files.give(early);
    requireClosed(early);
    files.senderBegins();
    files.senderBegins();
    SpoolFile file = files.take();
    files.give(file);
    files.senderEnds();
    assertThat(files.take()).isSameAs(file);
    files.give(file);
    files.senderEnds();
    requireClosed(file);
  }
}
