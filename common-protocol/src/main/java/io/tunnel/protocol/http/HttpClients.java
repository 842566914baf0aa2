package io.tunnel.protocol.http;

import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelConfig.ProxyAddress;
import java.io.Closeable;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The OkHttp clients of one transport, which share their connections and differ in time limits and
 * in what OkHttp may do by itself.
 */
final class HttpClients implements Closeable {
  /** As many as a client has threads that send. */
  private static final int IDLE_CONNECTIONS = 32;

  private final OkHttpClient repeatable;
  private final OkHttpClient once;
  private final OkHttpClient reading;
  private final OkHttpClient writing;

  private HttpClients(OkHttpClient base, Duration callTimeout) {
    // A pooled connection that the server has closed meanwhile must not fail a GET.
    repeatable = base.newBuilder().callTimeout(callTimeout).retryOnConnectionFailure(true).build();
    once = base.newBuilder().callTimeout(callTimeout).build();
    reading = base.newBuilder().retryOnConnectionFailure(true).build();
    writing = base;
  }

  static HttpClients create(TunnelConfig config) {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, 1, TimeUnit.MINUTES))
            .socketFactory(new PromptSocketFactory())
            .connectTimeout(config.connectTimeout())
            .readTimeout(config.readTimeout())
            .writeTimeout(config.writeTimeout())
            .retryOnConnectionFailure(false)
            // A signed request goes where the caller has pointed it, and 308 is no redirect here.
            .followRedirects(false)
            .followSslRedirects(false)
            .eventListener(ConnectionWatch.LISTENER)
            .addNetworkInterceptor(chain -> withoutHaste(chain.proceed(chain.request())));
    ProxyAddress proxy = config.proxy();
    if (proxy != null) {
      builder.proxy(
          new Proxy(
              proxy.socks() ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
              InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
      String user = proxy.user();
      String password = proxy.password();
      if (user != null && password != null) {
        builder.proxyAuthenticator(
            (route, response) ->
                response.request().header("Proxy-Authorization") != null
                    ? null
                    : response
                        .request()
                        .newBuilder()
                        .header("Proxy-Authorization", Credentials.basic(user, password))
                        .build());
      }
    }
    return new HttpClients(builder.build(), config.callTimeout());
  }

  /** For a request whose whole answer is read at once. */
  OkHttpClient forCall(ApiRequest request) {
    return request.method().equals("GET") ? repeatable : once;
  }

  /** For an answer that is streamed. */
  OkHttpClient forReading() {
    return reading;
  }

  /** For a body that is streamed. */
  OkHttpClient forWriting() {
    return writing;
  }

  /** The body of a request that is sent from memory; POST and PUT always have one. */
  static @Nullable RequestBody bodyOf(ApiRequest request) {
    byte[] body = request.body();
    if (body != null) {
      return RequestBody.create(body);
    }
    return request.method().equals("POST") || request.method().equals("PUT")
        ? RequestBody.EMPTY
        : null;
  }

  static Map<String, String> headersOf(Request request) {
    Map<String, String> headers = new TreeMap<>();
    request.headers().forEach(header -> headers.put(header.getFirst(), header.getSecond()));
    return headers;
  }

  @Override
  public void close() {
    writing.dispatcher().executorService().shutdown();
    writing.connectionPool().evictAll();
  }

  /**
   * OkHttp repeats a 503 at once if the server allows it, and a 408 unless the server forbids it;
   * the service's policy wants a second between attempts.
   */
  private static Response withoutHaste(Response response) {
    String retryAfter = response.header("Retry-After");
    boolean none = retryAfter == null || retryAfter.matches("0*");
    if (response.code() == 503 && none) {
      return response.newBuilder().removeHeader("Retry-After").build();
    }
    return response.code() == 408 && none
        ? response.newBuilder().header("Retry-After", "1").build()
        : response;
  }
}
