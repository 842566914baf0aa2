package io.tunnel.server.session;

import io.tunnel.server.store.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folders of sessions that have not ended: each has {@code session.json} and what was written.
 */
final class SessionFolders {
  private static final String DOCUMENT = "session.json";
  private static final String UNREADABLE = "unreadable-";

  private final DataFolder folder;
  private final Path parent;

  /** The folders under a parent. */
  SessionFolders(DataFolder folder, Path parent) {
    this.folder = folder;
    this.parent = parent;
  }

  Path of(String id) {
    return parent.resolve(id);
  }

  /** Makes a folder that survives a crash; leaves nothing if that fails. */
  void create(Path path, String document) throws IOException {
    try {
      Files.createDirectory(path);
      folder.syncName(path);
      folder.writeAtomically(path.resolve(DOCUMENT), document);
    } catch (IOException e) {
      try {
        DataFolder.deleteTree(path);
      } catch (IOException left) {
        // The next start deletes a folder without a session.
        e.addSuppressed(left);
      }
      throw DataFolder.refused(e);
    }
  }

  /** Whether a folder tells its session; if not, the process died while it was made or deleted. */
  static boolean isComplete(Path path) {
    return Files.exists(path.resolve(DOCUMENT));
  }

  static String document(Path path) throws IOException {
    return Files.readString(path.resolve(DOCUMENT));
  }

  /** Moves a folder to where no start looks for a session; returns the place. */
  static Path moveAside(Path path) throws IOException {
    Path aside = path.resolveSibling(UNREADABLE + path.getFileName());
    return Files.move(path, aside);
  }
}
