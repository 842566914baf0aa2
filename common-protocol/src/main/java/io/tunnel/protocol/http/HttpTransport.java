package io.tunnel.protocol.http;

import io.tunnel.protocol.Credentials.AccessKey;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests: signed, within time limits, repeated where that is safe. Connections are pooled.
 * Thread safe.
 */
public final class HttpTransport implements Closeable {
  private static final long LONGEST_ANSWER = 64L * 1024 * 1024;
  private static final long LONGEST_ERROR = 1024L * 1024;

  /** Failed attempts to reach an endpoint that has never been reached: 1 + 2 + 4 seconds. */
  private static final int FIRST_CONTACT_FAILURES = 4;

  private final TunnelConfig config;
  private final RetryPolicy policy;
  private final String userAgent;
  private final HttpClients clients;
  private final Set<URI> reached = ConcurrentHashMap.newKeySet();

  /** Few, but each of many small requests would read and check the name of the host again. */
  private final Map<URI, HttpUrl> endpoints = new ConcurrentHashMap<>();

  private final RunningCalls calls = new RunningCalls();

  /** A transport with connections of its own. */
  public HttpTransport(TunnelConfig config, RetryPolicy policy) {
    this.config = config;
    this.policy = policy;
    this.clients = HttpClients.create(config);
    this.userAgent = UserAgent.text(config.userAgent());
  }

  /** The policy after which requests are repeated. */
  public RetryPolicy policy() {
    return policy;
  }

  /**
   * Sends a request and reads the whole answer, which may have at most 64 MiB.
   *
   * @throws TunnelException if there is no answer of the kind 2xx within the limits
   */
  public ApiAnswer call(ApiRequest request) throws TunnelException {
    return repeated(
        request,
        () -> {
          ConnectionWatch watch = new ConnectionWatch();
          return complete(newCall(clients.forCall(request), request, watch), request, watch);
        });
  }

  /**
   * Sends a request and hands out the answer with its body still to be read.
   *
   * @throws TunnelException if there is no answer of the kind 2xx within the limits
   */
  public StreamAnswer open(ApiRequest request) throws TunnelException {
    return repeated(
        request,
        () -> {
          ConnectionWatch watch = new ConnectionWatch();
          Call call = newCall(clients.forReading(), request, watch);
          return new StreamAnswer(answerOf(call, request, watch), request, calls, call);
        });
  }

  /**
   * Prepares a request whose body is written while it is sent. It is sent exactly once, when {@link
   * UploadCall#execute()} is called.
   */
  public UploadCall upload(ApiRequest request, StreamBody body) {
    return upload(request, new StreamedBody(body, -1));
  }

  /**
   * As the other method, for a body whose length is known and stands in the request.
   *
   * @param length the bytes of the body
   */
  public UploadCall upload(ApiRequest request, StreamBody body, long length) {
    return upload(request, new StreamedBody(body, length));
  }

  private UploadCall upload(ApiRequest request, StreamedBody body) {
    ConnectionWatch watch = new ConnectionWatch();
    Call call = clients.forWriting().newCall(signed(request, body, watch));
    return new UploadCall(call, () -> complete(call, request, watch));
  }

  /** Interrupts a thread and breaks off the calls that it has begun. */
  public void interrupt(Thread thread) {
    thread.interrupt();
    calls.breakOff(thread);
  }

  /** Whether {@link #close()} has been called. */
  public boolean isClosed() {
    return calls.isClosed();
  }

  /**
   * Closes all connections. Calls under way, answers that are being read among them, are broken off
   * and fail with code {@code ClientClosed}, as all later ones do.
   */
  @Override
  public void close() {
    calls.close();
    clients.close();
  }

  private <T> T repeated(ApiRequest request, Attempt<T> attempt) throws TunnelException {
    RetryPolicy.Attempts attempts = policy.start();
    while (true) {
      try {
        return attempt.run();
      } catch (TunnelException e) {
        boolean nobodyThere =
            e.code().equals("Unreachable")
                && attempts.failures() + 1 >= FIRST_CONTACT_FAILURES
                && !reached.contains(request.endpoint());
        if (nobodyThere || !request.repeat().allows(e)) {
          throw e;
        }
        attempts.awaitNext(e);
      }
    }
  }

  private Call newCall(OkHttpClient client, ApiRequest request, ConnectionWatch watch) {
    return client.newCall(signed(request, HttpClients.bodyOf(request), watch));
  }

  /** The call stays among the running ones if there is an answer to be read. */
  private Response answerOf(Call call, ApiRequest request, ConnectionWatch watch)
      throws TunnelException {
    calls.add(call, request);
    boolean answered = false;
    try {
      Response response = execute(call, request, watch);
      if (response.isSuccessful()) {
        answered = true;
        return response;
      }
      try (response) {
        throw failure(request, response);
      }
    } finally {
      if (!answered) {
        calls.remove(call);
      }
    }
  }

  private Response execute(Call call, ApiRequest request, ConnectionWatch watch)
      throws TunnelException {
    try {
      Response response = call.execute();
      reached.add(request.endpoint());
      return response;
    } catch (IOException e) {
      throw calls.isClosed() ? RunningCalls.broken(request, e) : watch.explain(request, e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      // Kotlin knows no checked exceptions: an InterruptedException comes undeclared.
      Thread.currentThread().interrupt();
      throw ConnectionWatch.interrupted(request, e);
    }
  }

  private TunnelException failure(ApiRequest request, Response response) throws TunnelException {
    ErrorAnswer answer =
        ErrorAnswer.read(request.purpose(), response.code(), response::header, errorBody(response));
    if (!answer.hold().isZero()) {
      policy.pause(answer.hold());
    }
    return answer.failure();
  }

  private static byte[] errorBody(Response response) {
    try {
      BufferedSource source = response.body().source();
      source.request(LONGEST_ERROR);
      return source.getBuffer().readByteArray(Math.min(source.getBuffer().size(), LONGEST_ERROR));
    } catch (IOException cutOff) {
      // The status alone tells enough.
      return new byte[0];
    }
  }

  private ApiAnswer complete(Call call, ApiRequest request, ConnectionWatch watch)
      throws TunnelException {
    try (Response response = answerOf(call, request, watch)) {
      BufferedSource source = response.body().source();
      if (source.request(LONGEST_ANSWER + 1)) {
        throw TunnelException.of(
            "AnswerTooLong",
            request.purpose() + " failed: the answer is longer than 64 MiB",
            response.header(ErrorAnswer.REQUEST_ID_HEADER),
            null);
      }
      return new ApiAnswer(
          request.purpose(), response.code(), response::header, source.readByteArray());
    } catch (TunnelException e) {
      throw e;
    } catch (IOException e) {
      throw calls.isClosed() ? RunningCalls.broken(request, e) : ConnectionWatch.lost(request, e);
    } finally {
      calls.remove(call);
    }
  }

  private HttpUrl url(ApiRequest request) {
    return endpoints
        .computeIfAbsent(request.endpoint(), endpoint -> HttpUrl.get(endpoint.toString()))
        .newBuilder()
        .encodedPath(request.encodedPath())
        .encodedQuery(request.encodedQuery())
        .build();
  }

  private Request signed(ApiRequest request, @Nullable RequestBody body, ConnectionWatch watch) {
    Instant now = policy.clock().instant();
    Request.Builder builder =
        new Request.Builder()
            .url(url(request))
            .method(request.method(), body)
            .tag(ConnectionWatch.class, watch)
            .header("User-Agent", userAgent)
            .header("x-odps-user-agent", userAgent)
            .header("Date", RequestSigner.httpDate(now));
    request.headers().forEach(builder::header);
    if (config.credentials() instanceof AccessKey key) {
      Request unsigned = builder.build();
      String canonical =
          CanonicalRequest.of(
              request.method(),
              request.signedPath(),
              request.parameters(),
              HttpClients.headersOf(unsigned));
      builder.header("Authorization", RequestSigner.authorization(key, canonical, now));
      String token = key.securityToken();
      if (token != null) {
        builder.header(RequestSigner.SECURITY_TOKEN_HEADER, token);
      }
    }
    return builder.build();
  }

  @FunctionalInterface
  interface Attempt<T> {
    T run() throws TunnelException;
  }
}
