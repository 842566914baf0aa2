package io.tunnel.protocol.http;

import io.tunnel.protocol.TunnelException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;

/**
 * Notes whether a call ever had a connection: without one the service cannot have seen anything,
 * which decides whether a request may be repeated.
 */
final class ConnectionWatch {
  /** Tells each call's watch about its connection. */
  static final EventListener LISTENER =
      new EventListener() {
        @Override
        public void connectionAcquired(Call call, Connection connection) {
          ConnectionWatch watch = call.request().tag(ConnectionWatch.class);
          if (watch != null) {
            watch.connected = true;
          }
        }
      };

  private volatile boolean connected;

  /** The failure for a call that brought no answer. */
  TunnelException explain(ApiRequest request, IOException failure) {
    if (failure instanceof TunnelException known) {
      return known;
    }
    String target = request.endpoint().toString();
    if (failure instanceof SSLHandshakeException || failure instanceof SSLPeerUnverifiedException) {
      return TunnelException.noAnswer(
          "UntrustedServer",
          request.purpose()
              + " failed: the identity of "
              + target
              + " could not be verified: "
              + failure.getMessage(),
          false,
          failure);
    }
    if (connected) {
      return lost(request, failure);
    }
    if (Thread.currentThread().isInterrupted()) {
      return interrupted(request, failure);
    }
    String why = failure instanceof UnknownHostException ? "the host is unknown" : text(failure);
    return TunnelException.noAnswer(
        "Unreachable",
        request.purpose()
            + " failed: "
            + target
            + " cannot be reached: "
            + why
            + "; check the endpoint",
        true,
        failure);
  }

  /** The failure for a connection that broke, or stayed silent for too long. */
  static TunnelException lost(ApiRequest request, IOException failure) {
    if (Thread.currentThread().isInterrupted()) {
      return interrupted(request, failure);
    }
    boolean timedOut =
        failure instanceof SocketTimeoutException || "timeout".equals(failure.getMessage());
    return TunnelException.noAnswer(
        timedOut ? "TimedOut" : "ConnectionLost",
        request.purpose()
            + " failed: "
            + (timedOut
                ? request.endpoint() + " did not answer in time"
                : "the connection to " + request.endpoint() + " broke: " + text(failure)),
        true,
        failure);
  }

  /** The failure on a thread that was interrupted. */
  static TunnelException interrupted(ApiRequest request, Exception cause) {
    return TunnelException.of(
        "Interrupted", request.purpose() + " failed: the thread was interrupted", null, cause);
  }

  private static String text(IOException failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
