package io.tunnel.protocol.session;

import static io.tunnel.protocol.http.FakeService.error;
import static io.tunnel.protocol.http.FakeService.json;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.pack.UpsertPackReader;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The upsert side of a service: it keeps the rows of acknowledged packs, session by session, and
 * makes them visible in a table with the commit, the last row of each key.
 */
final class FakeUpserts implements Function<RecordedRequest, MockResponse> {
  static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", "bigint").notNull(), Column.of("s", "string"), Column.of("n", "int"));
  static final UpsertLayout LAYOUT =
      UpsertLayout.of(SCHEMA.columns(), List.of("id"), List.of(0L, 1L, 2L));

  private final int buckets;
  private final Map<String, Map<Integer, List<Row>>> sessions = new LinkedHashMap<>();
  private final Map<String, String> partitions = new LinkedHashMap<>();
  private final Map<String, String> states = new LinkedHashMap<>();
  private final Map<String, List<Object>> table = new LinkedHashMap<>();
  private volatile Function<RecordedRequest, MockResponse> faults = request -> null;
  private int running;
  private int mostRunning;

  /** A row of a pack. */
  record Row(boolean delete, List<Object> values) {}

  FakeUpserts(int buckets) {
    this.buckets = buckets;
  }

  /** Answers some requests in place of the service; null leaves a request to it. */
  void faults(Function<RecordedRequest, MockResponse> newFaults) {
    faults = newFaults;
  }

  /** The session object of an answer. */
  static MockResponse session(String id, String status, int buckets, String... servers) {
    return json(200, sessionText(id, status, buckets, servers));
  }

  /** The text of the session object. */
  static String sessionText(String id, String status, int buckets, String... servers) {
    String[] workers = servers.length == 0 ? new String[] {"10.0.0.1:9000"} : servers;
    String slots =
        IntStream.range(0, workers.length)
            .mapToObj(
                slot ->
                    "{\"slot_id\":\""
                        + slot
                        + "\",\"buckets\":["
                        + IntStream.range(0, buckets)
                            .filter(bucket -> bucket % workers.length == slot)
                            .mapToObj(String::valueOf)
                            .collect(Collectors.joining(","))
                        + "],\"worker_addr\":\""
                        + workers[slot]
                        + "\"}")
            .collect(Collectors.joining(","));
    return "{\"id\":\""
        + id
        + "\",\"schema\":"
        + SchemaJson.write(SCHEMA)
        + ",\"hash_key\":[\"id\"],\"hasher\":\"default\",\"slots\":["
        + slots
        + "],\"status\":\""
        + status
        + "\",\"enable_partial_update\":true}";
  }

  static HttpUrl url(RecordedRequest request) {
    return request.getUrl();
  }

  static String parameter(RecordedRequest request, String name) {
    return url(request).queryParameter(name);
  }

  static int bucket(RecordedRequest request) {
    return Integer.parseInt(parameter(request, "bucketid"));
  }

  @Override
  public MockResponse apply(RecordedRequest request) {
    synchronized (this) {
      running++;
      mostRunning = Math.max(mostRunning, running);
    }
    try {
      MockResponse fault = faults.apply(request);
      return fault != null ? fault : answer(request);
    } finally {
      synchronized (this) {
        running--;
      }
    }
  }

  /** What the service answers. */
  synchronized MockResponse answer(RecordedRequest request) {
    String id = parameter(request, "upsertid");
    if (id == null) {
      id = "up" + (sessions.size() + 1);
      sessions.put(id, new LinkedHashMap<>());
      states.put(id, "normal");
      partitions.put(id, String.valueOf(parameter(request, "partition")));
    } else if (!sessions.containsKey(id)) {
      return error(404, "UpsertSessionNotFound");
    }
    switch (request.getMethod()) {
      case "PUT" -> {
        sessions
            .get(id)
            .computeIfAbsent(bucket(request), bucket -> new ArrayList<>())
            .addAll(rows(request));
        return json(200, "");
      }
      case "DELETE" -> states.put(id, "aborted");
      case "POST" -> {
        if (parameter(request, "upsertid") != null) {
          commit(id);
        }
      }
      default -> {}
    }
    return session(id, states.get(id), buckets);
  }

  private void commit(String id) {
    if (states.put(id, "committed").equals("normal")) {
      for (List<Row> rows : sessions.get(id).values()) {
        for (Row row : rows) {
          String key = partitions.get(id) + "/" + row.values.get(0);
          if (row.delete) {
            table.remove(key);
          } else {
            table.put(key, row.values);
          }
        }
      }
    }
  }

  /** The rows of a pack. */
  static List<Row> rows(RecordedRequest request) {
    return rows(
        request.getBody() == null ? new byte[0] : request.getBody().toByteArray(),
        request.getHeaders().get("Content-Encoding"),
        LAYOUT);
  }

  static List<Row> rows(byte[] body, String coding, UpsertLayout layout) {
    List<Row> rows = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        UpsertPackReader reader =
            new UpsertPackReader(
                ContentCoding.forWireName(coding).decode(new ByteArrayInputStream(body)),
                layout,
                Form.EXTENDED,
                allocator,
                1000)) {
      while (reader.loadNextBatch()) {
        List<List<Object>> values = TableValues.rows(reader.root(), reader.columns());
        for (int i = 0; i < values.size(); i++) {
          rows.add(new Row(reader.isDelete(i), values.get(i)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** Rows that a commit has made visible, by partition and key. */
  synchronized Map<String, List<Object>> table() {
    return new LinkedHashMap<>(table);
  }

  /** The rows that a session has received, by bucket. */
  synchronized Map<Integer, List<Row>> received(String id) {
    return sessions.get(id);
  }

  synchronized List<String> sessionIds() {
    return List.copyOf(sessions.keySet());
  }

  /** Forgets all rows. */
  synchronized void clear() {
    table.clear();
  }

  /** The most requests that were served at once. */
  synchronized int mostRunning() {
    return mostRunning;
  }
}
