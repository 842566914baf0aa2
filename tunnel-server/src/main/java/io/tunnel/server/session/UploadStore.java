package io.tunnel.server.session;

import io.tunnel.server.catalog.FinishedSessions;
import io.tunnel.server.session.UploadSession.Block;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.DataFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upload sessions that have not ended, on disk: a folder for each, with {@code session.json} and
 * its finished blocks. A block's file name carries its number among all finished blocks of the
 * session, so the last finished writer wins after a restart too.
 */
final class UploadStore {
  private static final Logger LOG = LoggerFactory.getLogger(UploadStore.class);
  private static final Pattern BLOCK = Pattern.compile("b(\\d+)\\.(\\d+)\\.v(\\d+)");

  private final DataFolder folder;
  private final SessionFolders folders;

  UploadStore(DataFolder folder) {
    this.folder = folder;
    folders = new SessionFolders(folder, folder.uploads());
  }

  Path folderOf(String id) {
    return folders.of(id);
  }

  void create(UploadSession session) throws IOException {
    folders.create(session.folder(), SessionDocument.write(session.identity()));
  }

  Path blockFile(UploadSession session, int blockId, long number, long version) {
    return session.folder().resolve("b" + blockId + "." + number + ".v" + version);
  }

  void delete(UploadSession session) throws IOException {
    DataFolder.deleteTree(session.folder());
  }

  /** What a start finds: the session and the highest number of a block. */
  record Restored(UploadSession session, long highestNumber) {}

  /**
   * Reads the sessions that have not ended. Folders of sessions that have, and blocks that were
   * written again, are deleted. A session with a block that cannot be read can never be committed,
   * because a client was told that the block is there. A session whose document cannot be read is
   * moved aside, and folders that are no sessions are left alone.
   */
  List<Restored> restore(FinishedSessions finished) throws IOException, SQLException {
    List<Restored> sessions = new ArrayList<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder.uploads())) {
      for (Path path : paths) {
        String id = path.getFileName().toString();
        if (!SessionIds.isSession(id)) {
          continue;
        }
        if (!SessionFolders.isComplete(path)) {
          // The process died before the client got the id, or while the folder was deleted.
          DataFolder.deleteTree(path);
          continue;
        }
        String document;
        UploadSession.Identity identity;
        try {
          document = SessionFolders.document(path);
          identity = SessionDocument.read(id, document);
        } catch (IOException | IllegalArgumentException e) {
          // One damaged document must not keep the server from all tables.
          Path aside = SessionFolders.moveAside(path);
          LOG.warn("The upload session in {} cannot be read and was moved to {}", path, aside, e);
          continue;
        }
        Optional<FinishedSessions.Finished> end = finished.find(id);
        if (end.isEmpty()) {
          sessions.add(restore(path, identity));
          continue;
        }
        if (end.get().document() == null) {
          finished.describe(id, document);
        }
        DataFolder.deleteTree(path);
      }
    }
    return sessions;
  }

  private static Restored restore(Path path, UploadSession.Identity identity) throws IOException {
    List<BlockFile> files = blockFiles(path);
    Map<Integer, BlockFile> last = new LinkedHashMap<>();
    for (BlockFile file : files) {
      BlockFile older = last.put(file.id, file);
      if (older != null) {
        Files.delete(older.path);
      }
    }
    List<Block> found = new ArrayList<>();
    boolean damaged = false;
    for (BlockFile file : last.values()) {
      try {
        found.add(file.read());
      } catch (IOException e) {
        LOG.error(
            "Block {} of upload session {} cannot be read; the session is lost",
            file.id,
            identity.id(),
            e);
        damaged = true;
      }
    }
    UploadSession session =
        new UploadSession(identity, path, damaged ? UploadStatus.CRITICAL : UploadStatus.NORMAL);
    session.restore(found);
    return new Restored(session, files.isEmpty() ? 0 : files.get(files.size() - 1).number);
  }

  /** A finished block as its file name tells it. */
  private record BlockFile(Path path, int id, long number, long version) {
    Block read() throws IOException {
      Instant finished = Files.getLastModifiedTime(path).toInstant();
      return new Block(id, BatchFile.open(path).rows(), finished, version, path);
    }
  }

  /** The blocks of a session in the order in which they were finished. */
  private static List<BlockFile> blockFiles(Path session) throws IOException {
    List<BlockFile> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(session, "b*")) {
      for (Path file : files) {
        Matcher name = BLOCK.matcher(file.getFileName().toString());
        if (name.matches()) {
          found.add(
              new BlockFile(
                  file,
                  Integer.parseInt(name.group(1)),
                  Long.parseLong(name.group(2)),
                  Long.parseLong(name.group(3))));
        }
      }
    }
    found.sort(Comparator.comparingLong(BlockFile::number));
    return found;
  }
}
