package io.tunnel.server.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.server.catalog.PartitionKeys;
import io.tunnel.server.session.Snapshots.Snapshot;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.DataFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Download sessions of tables on disk: a small document each, beside the files of rows. */
public final class DownloadStore {
  private static final Logger LOG = LoggerFactory.getLogger(DownloadStore.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUFFIX = ".json";
  private static final String UNREADABLE = ".unreadable";

  private final DataFolder folder;

  /** A store in this folder. */
  public DownloadStore(DataFolder folder) {
    this.folder = folder;
  }

  /**
   * Lets a session survive the end of the server: at once, if its rows are all there, otherwise as
   * soon as they are.
   *
   * @throws IOException if that was tried at once and the disk does not take it
   */
  void keep(DownloadSession session, Snapshot snapshot) throws IOException {
    if (!folder.isDurable()) {
      return;
    }
    if (snapshot.written().isDone()) {
      save(session, snapshot);
      return;
    }
    snapshot
        .written()
        .thenRun(
            () -> {
              try {
                save(session, snapshot);
              } catch (IOException e) {
                LOG.warn("Download session {} will not survive a restart", session.id(), e);
              }
            });
  }

  private void save(DownloadSession session, Snapshot snapshot) throws IOException {
    ObjectNode node = describe(session, snapshot);
    node.put("file", snapshot.file().path().getFileName().toString());
    folder.writeAtomically(document(session), node.toString());
  }

  /** What is told of a session when its rows are gone. */
  static String describe(DownloadSession session) {
    return describe(session, session.rows().join()).toString();
  }

  private static ObjectNode describe(DownloadSession session, Snapshot snapshot) {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", session.id());
    node.put("resource", session.resource());
    node.put("tableId", session.tableId());
    node.put("version", snapshot.version());
    node.set("schema", SchemaJson.write(session.schema()));
    PartitionSpec partition = session.partition();
    if (partition != null) {
      node.put("partition", partition.toString());
    }
    node.put("owner", session.owner());
    node.put("quota", session.quota());
    node.put("created", session.created().toEpochMilli());
    node.put("rows", snapshot.file().rows());
    return node;
  }

  /**
   * Reads what {@link #describe} wrote.
   *
   * @return null if it describes a session of another kind
   */
  static @Nullable DownloadSession readDescription(String document) throws IOException {
    JsonNode node = JSON.readTree(document);
    return node.has("resource") ? ended(node) : null;
  }

  /** A session whose rows are gone. */
  private static DownloadSession ended(JsonNode node) {
    BatchFile rows =
        BatchFile.discarded(
            SchemaJson.read(node.path("schema")).columns(), node.path("rows").asLong());
    return session(node, Snapshot.of(rows, node.path("version").asLong()));
  }

  private static DownloadSession session(JsonNode node, Snapshot snapshot) {
    String partition = node.path("partition").asText();
    return new DownloadSession(
        node.path("id").asText(),
        node.path("resource").asText(),
        node.path("tableId").textValue(),
        SchemaJson.read(node.path("schema")),
        partition.isEmpty() ? null : PartitionKeys.parseExactly(partition),
        node.path("owner").asText(),
        node.path("quota").asText("default"),
        Instant.ofEpochMilli(node.path("created").asLong()),
        CompletableFuture.completedFuture(snapshot),
        Long.MAX_VALUE);
  }

  void delete(DownloadSession session) throws IOException {
    Files.deleteIfExists(document(session));
  }

  private Path document(DownloadSession session) {
    return folder.downloads().resolve(session.id() + SUFFIX);
  }

  /** Reads the sessions of the last run; the rows of some may have been given up. */
  List<DownloadSession> restore(Snapshots snapshots) throws IOException {
    List<DownloadSession> sessions = new ArrayList<>();
    for (Path path : documents()) {
      try {
        JsonNode node = JSON.readTree(path.toFile());
        String file = node.path("file").asText();
        if (!Snapshots.isSnapshot(file)) {
          throw new IllegalArgumentException("It names the file \"" + file + "\"");
        }
        sessions.add(
            Files.exists(folder.downloads().resolve(file))
                ? session(node, snapshots.reopen(file, node.path("version").asLong()))
                : ended(node));
      } catch (IOException | IllegalArgumentException e) {
        // One damaged document must not keep the server from all tables.
        Path aside = path.resolveSibling(path.getFileName() + UNREADABLE);
        LOG.warn("Download session {} cannot be read and is moved to {}", path, aside, e);
        Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return sessions;
  }

  /** The documents in the order in which their sessions began, which their ids tell. */
  private List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.downloads(), "*" + SUFFIX)) {
      for (Path path : files) {
        String name = path.getFileName().toString();
        if (SessionIds.isSession(name.substring(0, name.length() - SUFFIX.length()))) {
          documents.add(path);
        }
      }
    }
    documents.sort(Comparator.comparing(path -> path.getFileName().toString()));
    return documents;
  }
}
