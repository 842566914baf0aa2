package io.tunnel.server;

import io.tunnel.server.http.TunnelHandler;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The listening socket with its connections and threads. */
final class HttpListener {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int LEAST_THREADS = 4;
  private static final int IDLE_THREAD_MILLIS = 60_000;

  private final LocalTunnelConfig config;
  private final Server server;
  private final ServerConnector connector;

  /** A listener that does not listen yet. */
  HttpListener(LocalTunnelConfig config, TunnelHandler handler) {
    this.config = config;
    // Jetty's own queue asks JMX for the size of references, which takes longer than all the rest
    // of its start.
    QueuedThreadPool threads =
        new QueuedThreadPool(
            TunnelHandler.THREADS, LEAST_THREADS, IDLE_THREAD_MILLIS, new LinkedBlockingQueue<>());
    threads.setName("tunnel-server-http");
    threads.setDaemon(true);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(TunnelHandler.HEAD_BYTES);
    http.setOutputBufferSize(BUFFER_BYTES);
    http.setUriCompliance(UriCompliance.UNSAFE);
    HttpConnectionFactory factory = new HttpConnectionFactory(http);
    factory.setInputBufferSize(BUFFER_BYTES);
    server = new Server(threads);
    TlsKeyPair tls = config.tls();
    if (tls == null) {
      connector = new ServerConnector(server, 1, 1, factory);
    } else {
      // Tells the handler that the client came by https. Whether the certificate is for the name
      // that the client used is the client's to check.
      http.addCustomizer(new SecureRequestCustomizer(false));
      connector =
          new ServerConnector(
              server,
              1,
              1,
              new SslConnectionFactory(contexts(tls), HttpVersion.HTTP_1_1.asString()),
              factory);
    }
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setIdleTimeout(config.limits().idleTime().toMillis());
    server.addConnector(connector);
    // The handler waits for running requests itself; Jetty would wait for idle connections too.
    server.setStopTimeout(0);
    server.setHandler(handler);
    server.setErrorHandler(handler.connectionErrors());
  }

  private static SslContextFactory.Server contexts(TlsKeyPair tls) {
    try {
      char[] noPassword = {};
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, noPassword);
      store.setKeyEntry(
          "tunnel", tls.key(), noPassword, tls.chain().toArray(new X509Certificate[0]));
      SslContextFactory.Server contexts = new SslContextFactory.Server();
      contexts.setKeyStore(store);
      contexts.setKeyStorePassword("");
      contexts.setIncludeProtocols("TLSv1.3", "TLSv1.2");
      return contexts;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("The TLS key cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * Begins to listen.
   *
   * @return the service endpoint
   */
  URI start() throws IOException {
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException(
          "The server cannot listen on "
              + config.host()
              + ":"
              + config.port()
              + ": "
              + e.getMessage(),
          e);
    }
    String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
    String scheme = config.tls() == null ? "http" : "https";
    return URI.create(scheme + "://" + host + ":" + connector.getLocalPort() + "/api");
  }

  /** Closes the socket and all connections. */
  void stop() throws IOException {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException("The HTTP server could not be stopped", e);
    }
  }
}
