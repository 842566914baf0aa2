package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tunnel.it.clients.OurClient;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.session.UploadStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server whose disk takes no more. The kernel refuses the writes of the real process: the limit
 * on the size of its files is lowered while it runs, as {@code ulimit -f} would, which needs no
 * rights and can be taken back. Like a full disk it lets a write end early and refuses the next
 * one, in our own files as well as in DuckDB's.
 */
class DiskFullIT {
  private static final TableName TABLE = new TableName(ServerProcess.PROJECT, null, "t");

  /** Takes documents and small results, but no block of {@link #LARGE} rows. */
  private static final String NEARLY_FULL = "65536:";

  private static final String FULL = "0:";
  private static final String ROOM = "unlimited:";
  private static final int SMALL = 100;
  private static final int LARGE = 3000;

  @TempDir private Path directory;
  private final Random random = new Random(7);
  private ServerProcess server;
  private OurClient client;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(
        System.getProperty("os.name").equals("Linux") && prlimit("--version") == 0,
        "only Linux can change the limits of a process that runs");
    open(0);
    client.sql("CREATE TABLE t (id BIGINT, name STRING)");
  }

  private void open(int port) throws IOException {
    server = ServerProcess.start(directory.resolve("data"), port);
    client =
        new OurClient(
            TunnelConfig.builder(server.endpoint(), ServerProcess.PROJECT)
                .retryTimeout(Duration.ZERO)
                .build());
  }

  @AfterEach
  void stop() throws IOException {
    if (client != null) {
      client.close();
      server.close();
    }
  }

  private static int prlimit(String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("prlimit"));
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      // There is no such program here.
      return -1;
    }
  }

  private void disk(String limit) throws InterruptedException {
    assertThat(prlimit("--pid", String.valueOf(server.pid()), "--fsize=" + limit)).isZero();
  }

  /** Rows that no compression makes small, numbered from here on. */
  private List<List<String>> rows(int first, int count) {
    List<List<String>> rows = new ArrayList<>();
    byte[] bytes = new byte[100];
    for (int i = first; i < first + count; i++) {
      random.nextBytes(bytes);
      rows.add(List.of(String.valueOf(i), HexFormat.of().formatHex(bytes)));
    }
    return rows;
  }

  private UploadSession upload() throws IOException {
    return client.client().createUpload(TABLE, UploadOptions.append());
  }

  private List<List<@Nullable Object>> stored() throws IOException {
    return OurClient.ordered(client.read(client.client().createDownload(TABLE, null)));
  }

  private String count() throws IOException {
    return String.valueOf(client.select("SELECT count(*) AS n FROM t").get(0).get(0));
  }

  private static TunnelException refused(ThrowingCallable call) {
    TunnelException refusal = catchThrowableOfType(TunnelException.class, call);
    assertThat(refusal).isNotNull();
    assertThat(refusal.requestId()).isNotBlank();
    return refusal;
  }

  private static void assertStorage(ThrowingCallable call) {
    TunnelException refusal = refused(call);
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo("DataStoreError");
    assertThat(refusal.reason()).contains("write").containsIgnoringCase("file too large");
  }

  @Test
  void aBlockThatTheDiskDoesNotTakeIsNoBlock() throws Exception {
    List<List<String>> first = rows(0, SMALL);
    List<List<String>> second = rows(SMALL, LARGE);
    List<List<String>> third = rows(SMALL + LARGE, SMALL);
    UploadSession session = upload();
    client.writeBlock(session, 0, first);
    disk(NEARLY_FULL);
    assertStorage(() -> client.writeBlock(session, 1, second));
    assertStorage(() -> client.writeBlock(session, 0, second));
    client.writeBlock(session, 2, third);
    UploadSession reloaded = client.client().attachUpload(session.handle());
    assertThat(reloaded.status()).isEqualTo(UploadStatus.NORMAL);
    assertThat(reloaded.blocks()).containsExactly(0, 2);
    assertThat(count()).isEqualTo("0");
    disk(FULL);
    assertStorage(this::upload);
    assertStorage(() -> client.writeBlock(session, 2, third));
    assertThat(client.client().attachUpload(session.handle()).blocks()).containsExactly(0, 2);
    try (Stream<Path> folders = Files.list(directory.resolve("data/uploads"))) {
      assertThat(folders).hasSize(1);
    }
    disk(ROOM);
    client.writeBlock(session, 1, second);
    session.commit(Set.of(0, 1, 2));
    List<List<String>> all = new ArrayList<>(first);
    all.addAll(second);
    all.addAll(third);
    assertThat(stored()).isEqualTo(all);
  }

  @Test
  void aCommitThatTheDiskDoesNotTakeChangesNothingAndCanBeRepeated() throws Exception {
    List<List<String>> all = new ArrayList<>();
    UploadSession before = upload();
    all.addAll(rows(0, SMALL));
    client.writeBlock(before, 0, all);
    before.commit(Set.of(0));
    UploadSession session = upload();
    Set<Integer> blocks = Set.of(0, 1, 2, 3, 4, 5, 6, 7);
    for (int block : blocks) {
      List<List<String>> rows = rows(SMALL + block * LARGE, LARGE);
      client.writeBlock(session, block, rows);
      all.addAll(rows);
    }
    all.sort(Comparator.comparingLong(row -> Long.parseLong(row.get(0))));
    disk(NEARLY_FULL);
    assertStorage(() -> session.commit(blocks));
    UploadSession reloaded = client.client().attachUpload(session.handle());
    assertThat(reloaded.status()).isEqualTo(UploadStatus.NORMAL);
    assertThat(reloaded.blocks()).containsExactlyElementsOf(blocks.stream().sorted().toList());
    assertThat(count()).isEqualTo(String.valueOf(SMALL));
    assertStorage(() -> session.commit(blocks));
    // Not even a kill in this state loses anything.
    int port = server.endpoint().getPort();
    server.kill();
    client.close();
    open(port);
    assertThat(count()).isEqualTo(String.valueOf(SMALL));
    UploadSession again = client.client().attachUpload(session.handle());
    disk(NEARLY_FULL);
    assertStorage(() -> again.commit(blocks));
    disk(ROOM);
    again.commit(blocks);
    assertThat(stored()).isEqualTo(all);
    assertThat(client.client().attachUpload(session.handle()).status())
        .isEqualTo(UploadStatus.CLOSED);
  }

  @Test
  void resultsAndDownloadsThatTheDiskDoesNotTakeAreRefusedAndTheOthersServed() throws Exception {
    List<List<String>> all = rows(0, LARGE);
    UploadSession session = upload();
    client.writeBlock(session, 0, all);
    session.commit(Set.of(0));
    client.sql("CREATE TABLE small (id BIGINT)");
    client.sql("INSERT INTO small VALUES (1)");
    DownloadSession open = client.client().createDownload(TABLE, null);
    client.sql("INSERT INTO t VALUES (" + LARGE + ", 'last')");
    disk(NEARLY_FULL);
    TunnelException result = refused(() -> client.select("SELECT id, name FROM t"));
    assertThat(result.getMessage()).containsIgnoringCase("file too large");
    assertStorage(() -> client.client().createDownload(TABLE, null));
    TunnelException insert = refused(() -> client.sql("INSERT INTO t SELECT id, name FROM t"));
    assertThat(insert.getMessage()).containsIgnoringCase("file too large");
    assertThat(count()).isEqualTo(String.valueOf(LARGE + 1));
    assertThat(client.read(open)).hasSize(LARGE);
    assertThat(
            client.read(
                client
                    .client()
                    .createDownload(new TableName(ServerProcess.PROJECT, null, "small"), null)))
        .isEqualTo(List.of(List.of("1")));
    disk(ROOM);
    assertThat(client.select("SELECT id, name FROM t")).hasSize(LARGE + 1);
    assertThat(stored()).hasSize(LARGE + 1);
    client.sql("INSERT INTO t SELECT id, name FROM t");
    assertThat(count()).isEqualTo(String.valueOf(2 * (LARGE + 1)));
  }
}
