package io.tunnel.server.store;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The steps behind which something survives a crash of the machine. Thread safe. */
public interface Disk {
  /** The disk of the machine. */
  Disk MACHINE =
      new Disk() {
        @Override
        public void force(FileChannel file) throws IOException {
          file.force(true);
        }

        @Override
        public void forceNames(Path folder) throws IOException {
          // Windows cannot open a folder as a file, and its names need no second step.
          if (File.separatorChar == '/') {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
              channel.force(true);
            }
          }
        }
      };

  /** Returns when the bytes of a file are safe. */
  void force(FileChannel file) throws IOException;

  /** Returns when the names in a folder are safe. */
  void forceNames(Path folder) throws IOException;
}
