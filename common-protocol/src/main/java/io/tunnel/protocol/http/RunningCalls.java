package io.tunnel.protocol.http;

import io.tunnel.protocol.TunnelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one transport, from their start until their answer has been read, and the threads
 * that have begun them. Closing the transport breaks off all. Thread safe.
 */
final class RunningCalls {
  /** The code of every call that is broken off here, or comes too late. */
  static final String CLOSED = "ClientClosed";

  private final Map<Call, Thread> running = new HashMap<>();
  private boolean closed;

  /**
   * Counts a call in.
   *
   * @throws TunnelException if it comes too late
   */
  void add(Call call, ApiRequest request) throws TunnelException {
    synchronized (this) {
      if (!closed) {
        running.put(call, Thread.currentThread());
        return;
      }
    }
    throw broken(request, null);
  }

  synchronized void remove(Call call) {
    running.remove(call);
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Breaks off all calls and admits no more. */
  void close() {
    List<Call> broken;
    synchronized (this) {
      closed = true;
      broken = List.copyOf(running.keySet());
    }
    broken.forEach(Call::cancel);
  }

  /** Breaks off the calls that a thread has begun. */
  void breakOff(Thread thread) {
    List<Call> broken;
    synchronized (this) {
      broken = running.keySet().stream().filter(call -> running.get(call) == thread).toList();
    }
    broken.forEach(Call::cancel);
  }

  /** The failure of a call that was broken off. */
  static TunnelException broken(ApiRequest request, @Nullable Exception cause) {
    return TunnelException.of(
        CLOSED, request.purpose() + " failed: the client has been closed", null, cause);
  }
}
