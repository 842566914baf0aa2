package io.tunnel.server.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.server.catalog.PartitionKeys;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.session.UploadSession.Block;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.DataFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upload sessions on disk: a folder for each, with {@code session.json} and its finished blocks. A
 * block's file name carries its number among all finished blocks of the session, so the last
 * finished writer wins after a restart too.
 */
final class UploadStore {
  private static final Logger LOG = LoggerFactory.getLogger(UploadStore.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DOCUMENT = "session.json";
  private static final String UNREADABLE = "unreadable-";
  private static final Pattern BLOCK = Pattern.compile("b(\\d+)\\.(\\d+)\\.v(\\d+)");

  private final DataFolder folder;

  UploadStore(DataFolder folder) {
    this.folder = folder;
  }

  Path folderOf(String id) {
    return folder.uploads().resolve(id);
  }

  void create(UploadSession session) throws IOException {
    Files.createDirectory(session.folder());
    folder.syncName(session.folder());
    UploadSession.Identity identity = session.identity();
    ObjectNode node = JSON.createObjectNode();
    node.put("id", identity.id());
    node.put("project", identity.project());
    node.put("schemaName", identity.schemaName());
    node.put("table", identity.table());
    node.put("tableId", identity.tableId());
    node.set("schema", SchemaJson.write(identity.schema()));
    PartitionSpec partition = identity.partition();
    if (partition != null) {
      node.put("partition", partition.toString());
    }
    node.put("overwrite", identity.overwrite());
    node.put("createPartition", identity.createPartition());
    node.put("owner", identity.owner());
    node.put("quota", identity.quota());
    node.put("created", identity.created().toEpochMilli());
    folder.writeAtomically(session.folder().resolve(DOCUMENT), node.toString());
  }

  Path blockFile(UploadSession session, int blockId, long number, long version) {
    return session.folder().resolve("b" + blockId + "." + number + ".v" + version);
  }

  void deleteBlocks(UploadSession session) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(session.folder(), "b*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  void delete(UploadSession session) throws IOException {
    DataFolder.deleteTree(session.folder());
  }

  /** What a start finds: the session and the highest number of a block. */
  record Restored(UploadSession session, long highestNumber) {}

  /**
   * Reads all sessions. Blocks of committed sessions and blocks that were written again are
   * deleted. A session with a block that cannot be read can never be committed, because a client
   * was told that the block is there. A session whose document cannot be read is moved aside, and
   * folders that are no sessions are left alone.
   *
   * @param committed the committed sessions with their block lists
   */
  List<Restored> restore(Map<String, String> committed) throws IOException {
    List<Restored> sessions = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder.uploads())) {
      for (Path path : folders) {
        if (!SessionIds.isSession(path.getFileName().toString())) {
          continue;
        }
        if (Files.exists(path.resolve(DOCUMENT))) {
          UploadSession.Identity identity;
          try {
            identity = readIdentity(path);
          } catch (IOException | IllegalArgumentException e) {
            // One damaged document must not keep the server from all tables.
            Path aside = path.resolveSibling(UNREADABLE + path.getFileName());
            LOG.warn("The upload session in {} cannot be read and is moved to {}", path, aside, e);
            Files.move(path, aside);
            continue;
          }
          sessions.add(restore(path, identity, committed));
        } else {
          // The process died before the client got the id.
          DataFolder.deleteTree(path);
        }
      }
    }
    return sessions;
  }

  private static UploadSession.Identity readIdentity(Path path) throws IOException {
    JsonNode node = JSON.readTree(path.resolve(DOCUMENT).toFile());
    String partition = node.path("partition").asText();
    String id = node.path("id").asText();
    if (!path.getFileName().toString().equals(id)) {
      throw new IllegalArgumentException("The document is of the session \"" + id + "\"");
    }
    return new UploadSession.Identity(
        id,
        node.path("project").asText(),
        // Documents of earlier versions have none: their sessions reached this schema only.
        node.path("schemaName").asText(TableEntry.DEFAULT_SCHEMA),
        node.path("table").asText(),
        node.path("tableId").asText(),
        SchemaJson.read(node.path("schema")),
        partition.isEmpty() ? null : PartitionKeys.parseExactly(partition),
        node.path("overwrite").asBoolean(),
        node.path("createPartition").asBoolean(),
        node.path("owner").asText(),
        node.path("quota").asText("default"),
        Instant.ofEpochMilli(node.path("created").asLong()));
  }

  private Restored restore(
      Path path, UploadSession.Identity identity, Map<String, String> committed)
      throws IOException {
    String blocks = committed.get(identity.id());
    if (blocks != null) {
      UploadSession session = new UploadSession(identity, path, UploadStatus.CLOSED);
      session.restore(BlockList.read(blocks));
      deleteBlocks(session);
      return new Restored(session, 0);
    }
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
