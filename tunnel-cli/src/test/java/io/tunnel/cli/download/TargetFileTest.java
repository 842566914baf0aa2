package io.tunnel.cli.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetFileTest {
  @TempDir Path folder;

  @Test
  void aFileHasItsNameOnlyWhenItIsComplete() throws IOException {
    Path file = folder.resolve("f.csv");
    try (TargetFile target = TargetFile.open(file, false)) {
      target.out().write(new byte[] {'a', 'b'});
      assertThat(file).doesNotExist();
      target.finish();
      assertThat(target.bytes()).isEqualTo(2);
    }
    assertThat(file).hasContent("ab");
    assertThatThrownBy(() -> TargetFile.open(file, false))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void whatIsNotFinishedLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("f.csv"), "old");
    try (TargetFile target = TargetFile.open(file, true)) {
      target.out().write('x');
    }
    assertThat(file).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aStreamStaysOpenAndOneThatNobodyReadsEndsTheWork() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes);
    try (TargetFile target = TargetFile.of(stream)) {
      target.out().write('a');
      target.finish();
    }
    stream.print("b");
    stream.flush();
    assertThat(bytes).hasToString("ab");
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    try (TargetFile target = TargetFile.of(new PrintStream(closed))) {
      assertThatThrownBy(() -> target.out().write(new byte[1 << 20]))
          .hasMessage("nobody reads the output any more");
    }
  }
}
