package io.tunnel.server.session;

import io.tunnel.server.catalog.FinishedSessions;
import io.tunnel.server.session.UpsertSession.Pack;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.DataFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upsert sessions that have not ended, on disk: a folder for each, with {@code session.json} and
 * its packs. A pack's file name is its number, so their order survives a restart.
 */
final class UpsertStore {
  private static final Logger LOG = LoggerFactory.getLogger(UpsertStore.class);
  private static final Pattern PACK = Pattern.compile("p(\\d{1,18})");

  private final DataFolder folder;
  private final SessionFolders folders;

  UpsertStore(DataFolder folder) {
    this.folder = folder;
    folders = new SessionFolders(folder, folder.upserts());
  }

  Path folderOf(String id) {
    return folders.of(id);
  }

  void create(UpsertSession session) throws IOException {
    folders.create(session.folder(), UpsertDocument.write(session.identity()));
  }

  Path packFile(UpsertSession session, long number) {
    return session.folder().resolve("p" + number);
  }

  void delete(UpsertSession session) throws IOException {
    DataFolder.deleteTree(session.folder());
  }

  /**
   * Reads the sessions that have not ended and deletes the folders of those that have. A session
   * with a pack that cannot be read can never be committed, because a client was told that the pack
   * is there. A session whose document cannot be read is moved aside, and folders that are no
   * sessions are left alone.
   */
  List<UpsertSession> restore(FinishedSessions finished) throws IOException, SQLException {
    List<UpsertSession> sessions = new ArrayList<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder.upserts())) {
      for (Path path : paths) {
        String id = path.getFileName().toString();
        if (!SessionIds.isUpsert(id)) {
          continue;
        }
        if (!SessionFolders.isComplete(path) || finished.find(id).isPresent()) {
          // The process died before the client got the id, or before the folder was deleted.
          DataFolder.deleteTree(path);
          continue;
        }
        try {
          sessions.add(restore(path, UpsertDocument.read(id, SessionFolders.document(path))));
        } catch (IOException | IllegalArgumentException e) {
          // One damaged document must not keep the server from all tables.
          Path aside = SessionFolders.moveAside(path);
          LOG.warn("The upsert session in {} cannot be read and was moved to {}", path, aside, e);
        }
      }
    }
    return sessions;
  }

  private static UpsertSession restore(Path path, UpsertSession.Identity identity)
      throws IOException {
    List<Pack> packs = new ArrayList<>();
    boolean damaged = false;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "p*")) {
      for (Path file : files) {
        Matcher name = PACK.matcher(file.getFileName().toString());
        if (!name.matches()) {
          continue;
        }
        packs.add(new Pack(Long.parseLong(name.group(1)), file));
        try {
          BatchFile.open(file);
        } catch (IOException e) {
          LOG.error("The pack {} cannot be read; its upsert session is lost", file, e);
          damaged = true;
        }
      }
    }
    UpsertSession session =
        new UpsertSession(identity, path, damaged ? UpsertStatus.CRITICAL : UpsertStatus.NORMAL);
    session.restore(packs);
    return session;
  }
}
