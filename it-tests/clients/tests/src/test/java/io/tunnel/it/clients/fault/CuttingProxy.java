package io.tunnel.it.clients.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A TCP proxy in front of a server that loses answers and cuts requests. It looks at request lines
 * only; whether an answer counts as lost is decided when its first byte has come from the server,
 * so the server has done what it was asked to.
 */
final class CuttingProxy implements AutoCloseable {
  private static final Pattern COMMIT =
      Pattern.compile("POST [^ \r\n]*[?&]uploadid=[^ \r\n]* HTTP/1.1");
  private static final Pattern BLOCK =
      Pattern.compile("PUT [^ \r\n]*[?&]uploadid=[^ \r\n]* HTTP/1.1");
  private static final int TAIL = 4096;

  private final ServerSocket listener;
  private final URI server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger commitAnswersToLose = new AtomicInteger();
  private final AtomicInteger blocksToCut = new AtomicInteger();
  private final AtomicInteger commitsSeen = new AtomicInteger();
  private final AtomicInteger blocksSeen = new AtomicInteger();
  private volatile int cutAfterBytes = Integer.MAX_VALUE;

  CuttingProxy(URI server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("proxy-accept", this::accept);
  }

  /** The server's address, by way of this proxy. */
  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + server.getPath());
  }

  /** Loses the answers of that many commits. */
  void loseCommitAnswers(int count) {
    commitAnswersToLose.set(count);
  }

  /** Cuts that many block requests once so many bytes of the connection have passed. */
  void cutBlocks(int count, int afterBytes) {
    cutAfterBytes = afterBytes;
    blocksToCut.set(count);
  }

  /** Commit requests that came by. */
  int commitsSeen() {
    return commitsSeen.get();
  }

  /** Block requests that came by. */
  int blocksSeen() {
    return blocksSeen.get();
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        Socket client = listener.accept();
        Socket upstream = new Socket(server.getHost(), server.getPort());
        sockets.add(client);
        sockets.add(upstream);
        Pair pair = new Pair(client, upstream);
        start("proxy-requests", pair::requests);
        start("proxy-answers", pair::answers);
      }
    } catch (IOException e) {
      close();
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new IllegalStateException("A listening socket cannot be closed", e);
    }
    sockets.forEach(CuttingProxy::closeQuietly);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // A socket that cannot be closed is as dead as one that can.
    }
  }

  /** One client connection and its connection to the server. */
  private final class Pair {
    private final Socket client;
    private final Socket upstream;
    private volatile boolean loseNextAnswer;
    private boolean cutThisRequest;
    private long bytes;

    Pair(Socket client, Socket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    void requests() {
      byte[] buffer = new byte[16 * 1024];
      StringBuilder tail = new StringBuilder();
      try {
        InputStream in = client.getInputStream();
        OutputStream out = upstream.getOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          look(tail, new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
          bytes += read;
          if (cutThisRequest && bytes > cutAfterBytes) {
            break;
          }
          out.write(buffer, 0, read);
          out.flush();
        }
      } catch (IOException e) {
        // Either end went away, which is this proxy's daily bread.
      }
      end();
    }

    /** Finds request lines, which may lie across two reads. */
    private void look(StringBuilder tail, String text) {
      tail.append(text);
      if (BLOCK.matcher(tail).find()) {
        blocksSeen.incrementAndGet();
        bytes = 0;
        cutThisRequest = blocksToCut.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        tail.setLength(0);
      } else if (COMMIT.matcher(tail).find()) {
        commitsSeen.incrementAndGet();
        loseNextAnswer = commitAnswersToLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        tail.setLength(0);
      } else if (tail.length() > TAIL) {
        tail.delete(0, tail.length() - TAIL);
      }
    }

    void answers() {
      byte[] buffer = new byte[16 * 1024];
      try {
        InputStream in = upstream.getInputStream();
        OutputStream out = client.getOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (loseNextAnswer) {
            break;
          }
          out.write(buffer, 0, read);
          out.flush();
        }
      } catch (IOException e) {
        // As above.
      }
      end();
    }

    private void end() {
      closeQuietly(client);
      closeQuietly(upstream);
      sockets.remove(client);
      sockets.remove(upstream);
    }
  }
}
