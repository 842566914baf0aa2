package io.tunnel.benchmark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The other end of upsert sessions when only the client is measured: it reads every pack and drops
 * it. The number of buckets stands behind the last underscore of the table's name.
 *
 * <p>Knows just the HTTP that the clients need: bodies whose length is announced, one thread for a
 * connection, each answer in one piece. The JDK's server sends the body of an answer behind its
 * head, where it waits 40 ms for the delayed acknowledgement of the client's system, and hands each
 * request from thread to thread; with small packs that was measured, and not the client.
 */
final class UpsertDropServer implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int WAITING_CONNECTIONS = 256;

  private final TableSchema schema;
  private final List<String> keys;
  private final ServerSocket listener;
  private final AtomicLong sessions = new AtomicLong();
  private final AtomicLong rows = new AtomicLong();

  UpsertDropServer(TableSchema schema, List<String> keys) throws IOException {
    this.schema = schema;
    this.keys = keys;
    listener = new ServerSocket(0, WAITING_CONNECTIONS, InetAddress.getLoopbackAddress());
    start("upsert-drop-server", this::accept);
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** The rows that requests have announced since the last call. */
  long takeRows() {
    return rows.getAndSet(0);
  }

  private void accept() {
    while (true) {
      try {
        Socket socket = listener.accept();
        start("upsert-drop-connection", () -> serve(socket));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          System.err.println("The server that drops packs has failed: " + e);
        }
        return;
      }
    }
  }

  /** Answers the requests of a connection until its client closes it. */
  private void serve(Socket socket) {
    byte[] buffer = new byte[BUFFER];
    try (socket;
        InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        OutputStream out = socket.getOutputStream()) {
      socket.setTcpNoDelay(true);
      for (String request = line(in); request != null; request = line(in)) {
        drop(in, buffer, bodyLength(in));
        String[] words = request.split(" ");
        out.write(answer(words[0], words[1]));
      }
    } catch (IOException | RuntimeException e) {
      System.err.println("A request for the server that drops packs has failed: " + e);
    }
  }

  /** Null at the end of the connection. */
  private static @Nullable String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    for (; next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("The connection ends in the middle of a request");
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }

  private static long bodyLength(InputStream in) throws IOException {
    long length = 0;
    for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(lower.substring(lower.indexOf(':') + 1).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        throw new IOException("The length of a body is not announced: " + header);
      }
    }
    return length;
  }

  private static void drop(InputStream in, byte[] buffer, long length) throws IOException {
    for (long left = length; left > 0; ) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException("The connection ends in the middle of a body");
      }
      left -= read;
    }
  }

  private byte[] answer(String method, String target) {
    String body = "";
    if (method.equals("PUT")) {
      rows.addAndGet(Long.parseLong(parameter(target, "record_count")));
    } else {
      boolean created = !target.contains("upsertid=");
      boolean committed = !created && method.equals("POST");
      body = session(target, created ? "" : parameter(target, "upsertid"), committed);
    }
    String head =
        "HTTP/1.1 200 OK\r\nx-odps-request-id: drop\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n";
    return (head + body).getBytes(StandardCharsets.US_ASCII);
  }

  private static String parameter(String target, String name) {
    for (String part : target.substring(target.indexOf('?') + 1).split("&")) {
      if (part.startsWith(name + "=")) {
        return part.substring(name.length() + 1);
      }
    }
    throw new IllegalArgumentException(target + " has no " + name);
  }

  private String session(String target, String id, boolean committed) {
    // /projects/P/tables/T_16/upserts
    String table = target.split("/")[4];
    int buckets = Integer.parseInt(table.substring(table.lastIndexOf('_') + 1));
    ObjectNode session = JsonNodeFactory.instance.objectNode();
    session.put("id", id.isEmpty() ? "drop" + sessions.incrementAndGet() : id);
    session.set("schema", SchemaJson.write(schema));
    keys.forEach(session.putArray("hash_key")::add);
    session.put("hasher", "default");
    ObjectNode slot = session.putArray("slots").addObject();
    slot.put("slot_id", "0");
    slot.put("worker_addr", "127.0.0.1:" + listener.getLocalPort());
    for (int bucket = 0; bucket < buckets; bucket++) {
      slot.withArray("buckets").add(bucket);
    }
    session.put("status", committed ? "committed" : "normal");
    session.put("enable_partial_update", true);
    return session.toString();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
