package io.tunnel.protocol.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Plain sockets that send small packets at once. With the system's default a request of several
 * small writes waits about 40 ms for the peer's delayed acknowledgement, on every small block.
 */
final class PromptSocketFactory extends SocketFactory {
  private static final SocketFactory SYSTEM = SocketFactory.getDefault();

  @Override
  public Socket createSocket() throws IOException {
    return prompt(SYSTEM.createSocket());
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return prompt(SYSTEM.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return prompt(SYSTEM.createSocket(host, port, localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return prompt(SYSTEM.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return prompt(SYSTEM.createSocket(address, port, localAddress, localPort));
  }

  private static Socket prompt(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    return socket;
  }
}
