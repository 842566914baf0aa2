package io.tunnel.protocol.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PromptSocketFactoryTest {
  private static final SocketFactory FACTORY = new PromptSocketFactory();

  private enum Way {
    LATER {
      @Override
      Socket connect(InetAddress host, int port) throws IOException {
        Socket socket = FACTORY.createSocket();
        socket.connect(new InetSocketAddress(host, port));
        return socket;
      }
    },
    BY_NAME {
      @Override
      Socket connect(InetAddress host, int port) throws IOException {
        return FACTORY.createSocket(host.getHostAddress(), port);
      }
    },
    BY_NAME_FROM_HERE {
      @Override
      Socket connect(InetAddress host, int port) throws IOException {
        return FACTORY.createSocket(host.getHostAddress(), port, host, 0);
      }
    },
    BY_ADDRESS {
      @Override
      Socket connect(InetAddress host, int port) throws IOException {
        return FACTORY.createSocket(host, port);
      }
    },
    BY_ADDRESS_FROM_HERE {
      @Override
      Socket connect(InetAddress host, int port) throws IOException {
        return FACTORY.createSocket(host, port, host, 0);
      }
    };

    abstract Socket connect(InetAddress host, int port) throws IOException;
  }

  private static ServerSocket listener() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @ParameterizedTest
  @EnumSource
  void piecesArriveInOrderAndAtOnceWhenFlushed(Way way) throws IOException {
    try (ServerSocket listener = listener();
        Socket socket = way.connect(listener.getInetAddress(), listener.getLocalPort());
        Socket peer = listener.accept()) {
      assertThat(socket.getTcpNoDelay()).isTrue();
      for (String piece : new String[] {"a", "bc", "def"}) {
        socket.getOutputStream().write(piece.getBytes(US_ASCII));
      }
      socket.getOutputStream().flush();
      assertThat(peer.getInputStream().readNBytes(6)).isEqualTo("abcdef".getBytes(US_ASCII));
    }
  }

  /** A request that is broken off must not be completed by what lay in a buffer. */
  @Test
  void whatWasNotFlushedIsDroppedWithTheSocket() throws IOException {
    try (ServerSocket listener = listener();
        Socket socket = Way.LATER.connect(listener.getInetAddress(), listener.getLocalPort());
        Socket peer = listener.accept()) {
      socket.getOutputStream().write("sent".getBytes(US_ASCII));
      socket.getOutputStream().flush();
      socket.getOutputStream().write("kept".getBytes(US_ASCII));
      socket.close();
      assertThat(peer.getInputStream().readAllBytes()).isEqualTo("sent".getBytes(US_ASCII));
    }
  }

  @Test
  void nobodyThereIsAnErrorInEveryWay() throws IOException {
    int port;
    InetAddress host;
    try (ServerSocket listener = listener()) {
      port = listener.getLocalPort();
      host = listener.getInetAddress();
    }
    for (Way way : Way.values()) {
      assertThatThrownBy(() -> way.connect(host, port)).isInstanceOf(ConnectException.class);
    }
  }
}
