package io.tunnel.protocol.http;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Plain sockets for requests of any size. They send small packets at once: with the system's
 * default a request of several small writes waits about 40 ms for the peer's delayed
 * acknowledgement, on every small block. And they gather what OkHttp writes in pieces of 8 KiB: the
 * system call for each of them took most of the CPU time of a large block.
 */
final class PromptSocketFactory extends SocketFactory {
  /** The most that the JDK hands to one system call. */
  private static final int GATHERED_BYTES = 128 * 1024;

  @Override
  public Socket createSocket() throws IOException {
    Socket socket = new GatheringSocket();
    socket.setTcpNoDelay(true);
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connected(
        new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return connected(
        new InetSocketAddress(address, port), new InetSocketAddress(localAddress, localPort));
  }

  private Socket connected(InetSocketAddress peer, @Nullable InetSocketAddress local)
      throws IOException {
    Socket socket = createSocket();
    try {
      socket.bind(local);
      socket.connect(peer);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** What is written leaves when there is enough of it, or with a flush; closing drops the rest. */
  private static final class GatheringSocket extends Socket {
    private @Nullable OutputStream out;

    @Override
    public synchronized OutputStream getOutputStream() throws IOException {
      OutputStream gathering = out;
      if (gathering == null) {
        gathering = new BufferedOutputStream(super.getOutputStream(), GATHERED_BYTES);
        out = gathering;
      }
      return gathering;
    }
  }
}
