package io.tunnel.benchmark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The other end of upsert sessions when only the client is measured: it reads every pack and drops
 * it. The number of buckets stands behind the last underscore of the table's name.
 */
final class UpsertDropServer implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final TableSchema schema;
  private final List<String> keys;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicLong sessions = new AtomicLong();
  private final AtomicLong rows = new AtomicLong();

  UpsertDropServer(TableSchema schema, List<String> keys) throws IOException {
    this.schema = schema;
    this.keys = keys;
    server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BUFFER >> 8);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The rows that requests have announced since the last call. */
  long takeRows() {
    return rows.getAndSet(0);
  }

  /** Reads and ends streams instead of closing exchanges, which would close connections. */
  private void handle(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    exchange.getResponseHeaders().set("x-odps-request-id", "drop");
    drop(exchange.getRequestBody());
    if (method.equals("PUT")) {
      rows.addAndGet(Long.parseLong(parameter(query, "record_count")));
      exchange.sendResponseHeaders(200, -1);
    } else {
      boolean created = !query.contains("upsertid=");
      boolean committed = !created && method.equals("POST");
      byte[] answer = session(exchange, created ? "" : parameter(query, "upsertid"), committed);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
    exchange.getResponseBody().close();
  }

  private static void drop(InputStream body) throws IOException {
    byte[] buffer = new byte[BUFFER];
    while (body.read(buffer) >= 0) {
      continue;
    }
  }

  private static String parameter(String query, String name) {
    for (String part : query.split("&")) {
      if (part.startsWith(name + "=")) {
        return part.substring(name.length() + 1);
      }
    }
    throw new IllegalArgumentException(query + " has no " + name);
  }

  private byte[] session(HttpExchange exchange, String id, boolean committed) {
    // /projects/P/tables/T_16/upserts
    String table = exchange.getRequestURI().getPath().split("/")[4];
    int buckets = Integer.parseInt(table.substring(table.lastIndexOf('_') + 1));
    ObjectNode session = JsonNodeFactory.instance.objectNode();
    session.put("id", id.isEmpty() ? "drop" + sessions.incrementAndGet() : id);
    session.set("schema", SchemaJson.write(schema));
    keys.forEach(session.putArray("hash_key")::add);
    session.put("hasher", "default");
    ObjectNode slot = session.putArray("slots").addObject();
    slot.put("slot_id", "0");
    slot.put("worker_addr", "127.0.0.1:" + server.getAddress().getPort());
    for (int bucket = 0; bucket < buckets; bucket++) {
      slot.withArray("buckets").add(bucket);
    }
    session.put("status", committed ? "committed" : "normal");
    session.put("enable_partial_update", true);
    return session.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
